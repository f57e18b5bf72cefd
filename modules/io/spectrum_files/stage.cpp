#include "modules/io/sample_spectra/ports.hpp"
#include "modules/io/spectrum_files/kernel.hpp"
#include "modules/io/tidy_csv/kernel.hpp"
#include "modules/io/vamas/kernel.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class SpectrumFilesStage final : public StageWith<NoOptions> {
 public:
  In<Item> item{this, "item"};
  In<SampleSpectra> spectra{this, "spectra"};
  Out<Artifact> tidy{this, "tidy"};
  Out<Artifact> vamas{this, "vamas"};
  Out<Rows> rows{this, "rows"};

  std::vector<TableSpec> tables() const override { return {{"spectra", spectra_columns(), false}}; }

  Status run(RunContext& ctx) const override {
    const SampleSpectra& sample = ctx.get(spectra);
    const std::vector<Spectrum> all = spectra_of(sample);
    const std::string path = "spectra/" + ctx.get(item).stem;
    ctx.put(tidy, {path + ".csv", write_tidy_csv(all)});
    ctx.put(vamas, {path + ".vms", write_vamas(all)});
    Rows table{"spectra", {}};
    for (const SampleSpectrum& spectrum : sample.spectra) table.rows.push_back(spectra_cells(spectrum));
    ctx.put(rows, std::move(table));
    return {};
  }
};

}  // namespace

void register_io_spectrum_files(Registry& registry) {
  registry.add<SpectrumFilesStage>(
      {.name = "io.spectrum_files",
       .results_version = 1,
       .doc = "Spectra of a sample as tidy CSV and as VAMAS, with a table of what they are",
       .references = {"ISO 14976:1998", "Dench, Hazell & Seah 1988, doi:10.1002/sia.740130202"}});
}

}  // namespace litho
