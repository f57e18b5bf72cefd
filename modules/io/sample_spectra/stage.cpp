#include "modules/io/sample_spectra/ports.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/item.hpp"
#include "pipeline/stage/products.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class SpectraStage final : public StageWith<NoOptions> {
 public:
  In<Item> item{this, "item"};
  Out<SampleSpectra> spectra{this, "spectra"};

  Status run(RunContext& ctx) const override {
    const Item& sample = ctx.get(item);
    SampleSpectra out{sample.sample, {}};
    Errors errors;
    for (const ItemFile& file : sample.files)
      if (const Status status = open(file, sample.sample, out); !status)
        errors.insert(errors.end(), status.errors().begin(), status.errors().end());
    if (!errors.empty()) return errors;
    ctx.put(spectra, std::move(out));
    return {};
  }

 private:
  static Status open(const ItemFile& file, const std::string& sample, SampleSpectra& out) {
    const auto facts = stated_facts(file.fields);
    if (!facts) return at(file.where, facts.errors().front());
    const auto bytes = read_file(file.path);
    if (!bytes) return bytes.errors();
    auto read = read_spectra(*bytes, file.path.filename().string(), *facts);
    if (!read) return read.errors();
    auto chosen = choose_spectra(*std::move(read), file.fields, file.where);
    if (!chosen) return chosen.errors();
    const auto stated = [&](const std::string& name) {
      const auto it = file.fields.find(name);
      return it == file.fields.end() ? std::string() : it->second;
    };
    const std::string owner = stated("sample").empty() ? sample : stated("sample");
    for (const Spectrum& spectrum : *chosen)
      out.spectra.push_back({spectrum, stated("region").empty() ? spectrum.data().region : stated("region"),
                             stated("role"), owner, file.path.filename().string(), file.where, file.fields});
    return {};
  }
};

}  // namespace

void register_io_sample_spectra(Registry& registry) {
  registry.add<SpectraStage>({.name = "io.spectra",
                              .results_version = 1,
                              .doc = "Open all spectra of one XPS sample",
                              .references = {},
                              .cacheable = false});
}

}  // namespace litho
