#include "modules/io/micrograph/ports.hpp"
#include "modules/plot/pdf/kernel.hpp"
#include "modules/sem/filaments/ports.hpp"
#include "modules/sem/interphase_plot/kernel.hpp"
#include "modules/sem/thickness/ports.hpp"
#include "pipeline/core/version.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

class InterphasePlotStage final : public StageWith<NoOptions> {
 public:
  In<Item> item{this, "item"};
  In<Micrograph> micrograph{this, "micrograph"};
  In<FilamentMap> filaments{this, "filaments"};
  In<Interphase> interphase{this, "interphase"};
  Out<Artifact> plot{this, "plot"};
  Out<Artifact> plot_pdf{this, "plot_pdf"};
  Out<Artifact> spectrum{this, "spectrum"};

  Status run(RunContext& ctx) const override {
    const Interphase& measured = ctx.get(interphase);
    const PixelSize& pixel_size = *ctx.get(micrograph).pixel_size();
    std::optional<FrontSpectrum> found;
    if (auto made = front_spectrum(front_heights_um(measured, pixel_size.nm), pixel_size.nm / 1e3))
      found = *std::move(made);
    else
      ctx.note("sem.interphase_plot", made.errors().front().message);
    const auto svg = plot::write_svg(
        profile_figure({ctx.get(item).name, "lithoscope " + std::string(version()), pixel_size.nm,
                        pixel_size.source, measured, ctx.get(filaments), found}));
    if (!svg) return svg.errors();
    auto pdf = plot::pdf_of_svg(*svg);
    if (!pdf) return pdf.errors();
    const std::string& stem = ctx.get(item).stem;
    ctx.put(plot, {"profiles/" + stem + ".svg", *svg});
    ctx.put(plot_pdf, {"profiles/" + stem + ".pdf", *std::move(pdf)});
    ctx.put(spectrum, {"psd/" + stem + ".csv", spectrum_csv(found.value_or(FrontSpectrum{}))});
    return {};
  }
};

}  // namespace

void register_sem_interphase_plot(Registry& registry) {
  registry.add<InterphasePlotStage>(
      {.name = "sem.interphase_plot",
       .results_version = 1,
       .doc = "Profile plot (SVG and PDF) and power spectrum of the front",
       .references = {"Jacobs, Junge & Pastewka, doi:10.1088/2051-672X/aa51f8"}});
}

}  // namespace litho
