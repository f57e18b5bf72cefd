#include "samples/xps/film.hpp"

#include <algorithm>
#include <cmath>

namespace litho::xps_sample {
namespace {

double through(double nm, double lambda_nm) {
  return std::exp(-nm / lambda_nm);
}

double log_uniform(RandomStream& random, double lo, double hi) {
  return lo * std::pow(hi / lo, random.uniform());
}

}  // namespace

double Film::cr2p_ratio() const {
  return gain * (open_fraction + (1 - open_fraction) * through(li_nm, lambda_cr2p_nm));
}
double Film::cr3p_ratio() const {
  return gain * (open_fraction + (1 - open_fraction) * through(li_nm, lambda_cr3p_nm));
}
double Film::li1s_share() const {
  return gain * (1 - open_fraction) * (1 - through(li_nm, lambda_li1s_nm));
}

Film draw_film(const std::string& kind, std::uint64_t seed, int index, int sweeps) {
  RandomStream random(seed, "xps/film/" + kind + "/" + std::to_string(index));
  Film film;
  film.kind = kind;
  if (kind == "covered")
    film.open_fraction = 0, film.li_nm = log_uniform(random, 25, 600);
  else if (kind == "patchy")
    film.open_fraction = random.uniform(0.05, 0.7), film.li_nm = log_uniform(random, 25, 300);
  else if (kind == "thin")
    film.open_fraction = 0, film.li_nm = random.uniform(2, 7);
  else if (kind == "nearly")
    film.open_fraction = log_uniform(random, 0.003, 0.05), film.li_nm = log_uniform(random, 30, 300);
  else if (kind == "bilayer")
    film.open_fraction = random.uniform(0.1, 0.6), film.li_nm = log_uniform(random, 30, 300);
  film.reference_cr_oxide = random.uniform(0.25, 0.8);
  film.cr_oxide = kind == "bare" ? film.reference_cr_oxide
                                 : std::clamp(film.reference_cr_oxide + 0.15 * random.normal(), 0.05, 0.95);
  film.gain = std::exp(0.02 * random.normal());
  // Attenuation lengths are known to a tenth or so; the three move together.
  const double common = std::exp(0.08 * random.normal());
  film.lambda_cr2p_nm *= common;
  film.lambda_cr3p_nm *= common * std::exp(0.02 * random.normal());
  film.lambda_li1s_nm *= common * std::exp(0.02 * random.normal());
  film.li_metal = random.uniform();
  film.li_strength = std::exp(0.15 * random.normal());
  if ((kind == "patchy" || kind == "bare" || kind == "nearly") && random.uniform() < 0.15)
    film.ge_lmm = random.uniform(0.005, 0.05);
  film.reference_shift_ev = 0.25 * random.normal();
  film.shift_ev = film.reference_shift_ev + 0.35 * random.normal();
  film.extra_shift_ev = random.uniform(-0.8, 0.8);
  constexpr int kSweeps[]{3, 5, 10, 20, 30};
  film.sweeps = sweeps > 0 ? sweeps : kSweeps[random.below(5)];
  film.reference_sweeps = random.uniform() < 0.5 ? film.sweeps : kSweeps[1 + random.below(4)];
  // Half the dwell is measured twice as often: the dose is the sweeps' at 0.1 s.
  if (random.uniform() < 0.3) {
    film.dwell_s = 0.05;
    film.sweeps *= 2;
    film.reference_sweeps *= 2;
  }
  film.pass_energy_ev = random.uniform() < 0.8 ? 50 : 40;
  film.dispersion = random.uniform() < 0.3 ? 1 : random.uniform(0.7, 1.1);
  film.cr2p_cps_ev = log_uniform(random, 14000, 26000);
  film.reference_background_cps = film.cr2p_cps_ev * random.uniform(0.07, 0.11);
  film.background_cps = film.reference_background_cps * random.uniform(0.5, 1.1);
  film.kinetic_axis = random.uniform() < 0.7;
  film.loss_strength = random.uniform(0.4, 0.6);
  film.plasmon_ev = random.uniform(18, 26);
  film.plasmon_share = random.uniform(0, 0.6);
  film.low_energy_background = random.uniform(0.12, 0.2);
  return film;
}

}  // namespace litho::xps_sample
