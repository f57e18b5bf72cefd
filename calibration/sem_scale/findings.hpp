#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calibration/sem_scale/sem_scale.hpp"

namespace pugi {
class xml_node;
}

/// Shared by the readers of single vendors; not for use outside this folder.
namespace litho::sem_scale {

enum class Trust { vendor_tag, vendor_sidecar, ome, imagej };

struct Statement {
  double nm;
  std::string source;
  Trust trust;
  double rounding = 0;  ///< relative half width of the last digit, where it matters
  std::optional<double> u_percent = std::nullopt;
};

/// What the readers found. A reader adds its most precise statement first; a refusal outweighs every
/// statement.
struct Findings {
  std::vector<Statement> statements;
  std::vector<Error> refusals;
  std::vector<std::string> notes;
  std::vector<std::string> looked;  ///< metadata recognised in which a pixel size was looked for
  Acquisition acquisition;

  void refuse(std::string code, std::string where, std::string message);
  /// Notes and looks alike: metadata is there, but says no scale.
  void nothing_in(std::string what, std::string why);
};

/// A number or length as it stands in a text: absent (or empty), unreadable, or read.
struct Reading {
  enum State { absent, bad, good } state = absent;
  double value = 0;
  std::string text;
};
Reading read_number(const std::optional<std::string>& text);
/// "593.3 nm" in nm.
Reading read_length_nm(const std::optional<std::string>& text);

/// The bytes of a tag as UTF-8, "" where absent.
std::string tag_text(const ImageTags& tags, std::uint16_t tag);
bool has_bytes(const ImageTags& tags, std::uint16_t tag);

bool agree(double a, double b, double tolerance = kScaleAgreement);

/// Was the picture changed since the microscope stored it? The same width and fewer or more rows (databar cut
/// off or added) leaves the pixel as it was. Any other change may be a crop or a resampling, and which cannot
/// be told. False after a refusal.
bool size_unchanged(const ImageTags& tags, double stored_width, double stored_height,
                    const std::string& where, Findings& found);
/// Adds the statement where x and y agree, else refuses as scale.not_square. A `y_nm` that is absent is
/// noted.
void add_square(Findings& found, Statement x, std::optional<double> y_nm);

void read_zeiss(const ImageTags& tags, Findings& found);
void read_fei(const ImageTags& tags, Findings& found);
void read_fei_xml(const ImageTags& tags, const std::string& xml, const std::string& where, Findings& found);
void read_fei_memento(const ImageTags& tags, const pugi::xml_node& root, const std::string& where,
                      Findings& found);
void read_tescan(const ImageTags& tags, Findings& found);
void read_jeol(const ImageTags& tags, Findings& found);
void read_hitachi(const ImageTags& tags, Findings& found);
void read_atlas(const ImageTags& tags, Findings& found);
void read_openfibsem(const ImageTags& tags, Findings& found);
void read_ome(const ImageTags& tags, Findings& found);
void read_imagej(const ImageTags& tags, Findings& found);
/// Metadata known to hold a scale in a form that is not read here: named in a note.
void name_unread(const ImageTags& tags, Findings& found);

}  // namespace litho::sem_scale
