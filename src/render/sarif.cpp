// Diagnostics as a SARIF 2.1.0 log, for code scanning and editors.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/render.hpp"
#include "render/display.hpp"
#include "render/output.hpp"
#include "render/source_lines.hpp"
#include "render/words.hpp"
#include "text/characters.hpp"

namespace distillcfg {
namespace {

using render::Literal;
using render::Shown;
using render::SourceLines;

// Whatever is not an unreserved character is %XX, so that no path reads as a scheme, a query or a host.
void append_segment(std::string& uri, std::string_view segment) {
  for (const char c : segment) {
    if (detail::is(c, detail::name_start | detail::digit | detail::point) || c == '-' || c == '~') {
      uri += c;
    } else {
      constexpr std::string_view digits = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      uri += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
    }
  }
}

// A path as a URI reference (RFC 3986), without what says nothing: one slash for several, and no segment "." but
// in "./-".
// What stands in front of ".." stays, since it may be a link, and leads on from elsewhere.
std::string uri_of(std::string_view path) {
  const bool is_absolute = path.starts_with('/');
  std::string uri = is_absolute ? "file://" : "";
  bool is_first = !is_absolute;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    begin = end + 1;
    if (segment.empty() || segment == ".") continue;
    if (!is_first) uri += '/';
    is_first = false;
    append_segment(uri, segment);
  }
  if (uri.empty()) return ".";
  // "-" is standard input, and this a file of that name.
  if (uri == "-" && path != "-") return "./-";
  if (path.ends_with('/') || path.ends_with("/.")) uri += '/';
  return uri;
}

// Places with columns in characters, as SARIF counts them: a byte order mark has none. Reads the text once; each
// place then takes O(log lines).
class Regions {
 public:
  explicit Regions(std::string_view text)
      : text_(text), lines_(text), mark_(text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0) {}

  void append(Shown& out, Span at) {
    const Position begin = position(at.begin);
    const Position end = position(at.end);
    out.append(R"({{"startLine":{},"startColumn":{},"endLine":{},"endColumn":{}}})", begin.line, begin.column, end.line,
               end.column);
  }
  // What is to be deleted of a byte order mark can be said in bytes only.
  void append_deleted(Shown& out, Span at) {
    if (at.begin >= mark_) {
      append(out, at);
    } else {
      out.append(R"({{"byteOffset":{},"byteLength":{}}})", at.begin, at.end - at.begin);
    }
  }

 private:
  static constexpr std::size_t block = 64;
  static constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

  Position position(std::uint32_t offset) {
    Position place = lines_.position(offset);
    const std::size_t at = std::min<std::size_t>(offset, text_.size());
    const std::size_t first = std::clamp(at - (place.column - 1), std::min(mark_, at), at);
    place.column = characters_before(at) - characters_before(first) + 1;
    return place;
  }

  // Bytes that continue a character are not counted, whatever they stand behind.
  static std::uint32_t count(std::string_view bytes) noexcept {
    return static_cast<std::uint32_t>(
        std::ranges::count_if(bytes, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  }
  std::uint32_t characters_before(std::size_t offset) {
    if (before_.empty()) {
      before_.push_back(0);
      for (std::size_t i = 0; i < text_.size(); i += block)
        before_.push_back(before_.back() + count(text_.substr(i, block)));
    }
    const std::size_t whole = offset / block;
    return before_[whole] + count(text_.substr(whole * block, offset % block));
  }

  std::string_view text_;
  SourceLines lines_;
  std::size_t mark_;                   // bytes of a byte order mark
  std::vector<std::uint32_t> before_;  // characters before each block of bytes; empty: not counted yet
};

// In a message of SARIF braces are placeholders, and `[text](target)` is a link: names in it must be neither.
void append_message(Shown& out, std::string_view message) {
  std::string escaped;
  std::size_t backslashes = 0;  // in front, of which an odd number has escaped the bracket already
  for (std::size_t i = 0; i < message.size(); ++i) {
    const char c = message[i];
    if (c == '{' || c == '}') escaped += c;
    if (c == ']' && backslashes % 2 == 0 && message.substr(i + 1).starts_with('(')) escaped += '\\';
    escaped += c;
    backslashes = c == '\\' ? backslashes + 1 : 0;
  }
  out += R"("message":{"text":)";
  out.add_json_string(escaped);
  out += "}";
}

// What a result says of places in its file.
class ResultPlaces {
 public:
  explicit ResultPlaces(std::string_view text) : regions_(text) {}

  void set_artifact(std::string_view uri, std::size_t index) {
    artifact_ += R"("artifactLocation":{"uri":)";
    artifact_.add_json_string(uri);
    artifact_.append(R"(,"index":{}}})", index);
  }

  void append(Shown& out, const Diagnostic& diagnostic, Language language) {
    out += R"(,"locations":[{)";
    append_location(out, diagnostic.at);
    out += "}]";
    if (!diagnostic.notes.empty()) append_notes(out, diagnostic, language);
    if (!diagnostic.fixes.empty()) append_fix(out, diagnostic);
  }

 private:
  void append_location(Shown& out, Span at) {
    out += R"("physicalLocation":{)";
    out += artifact_;
    if (at.has_place()) {
      out += R"(,"region":)";
      regions_.append(out, at);
    }
    out += "}";
  }

  void append_notes(Shown& out, const Diagnostic& diagnostic, Language language) {
    out += R"(,"relatedLocations":[)";
    // Notes may say the same of the same place; in SARIF, elements of this list must differ.
    std::size_t id = 0;
    for (const Note& note : diagnostic.notes) {
      out += id == 0 ? Literal("{") : Literal(",{");
      out.append(R"("id":{},)", ++id);
      // Viewers drop what has no place.
      append_location(out, note.at.has_place() ? note.at : diagnostic.at);
      out += ",";
      append_message(out, render::message(note, language).view());
      out += "}";
    }
    out += "]";
  }

  void append_fix(Shown& out, const Diagnostic& diagnostic) {
    out += R"(,"fixes":[{"artifactChanges":[{)";
    out += artifact_;
    Literal opening = R"(,"replacements":[{"deletedRegion":)";
    for (const Fix& fix : diagnostic.fixes) {
      out += opening;
      opening = R"(,{"deletedRegion":)";
      regions_.append_deleted(out, fix.at);
      if (!fix.text.empty()) {
        out += R"(,"insertedContent":{"text":)";
        out.add_json_string(fix.text);
        out += "}";
      }
      out += "}";
    }
    out += "]}]}]";
  }

  Shown artifact_;
  Regions regions_;
};

}  // namespace

SarifReport::SarifReport(Sink sink, const RenderOptions& options, std::string_view version)
    : sink_(sink), options_(options), version_(version) {
  render::Output out(sink_);
  out.text().append(
      R"({{"$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",)"
      R"("version":"2.1.0","runs":[{{"columnKind":"unicodeCodePoints","language":"{}","results":[)",
      options.language == Language::zh ? Literal("zh-CN") : Literal("en-US"));
  result_ = out.finish();
}

std::size_t SarifReport::rule_index(Code code) {
  const auto known = std::ranges::find(rules_, code);
  if (known != rules_.end()) return static_cast<std::size_t>(known - rules_.begin());
  rules_.push_back(code);
  return rules_.size() - 1;
}

void SarifReport::add(std::string_view path, const Findings& findings, std::string_view text) {
  if (!result_.ok()) return;
  render::Output out(sink_);
  ResultPlaces places(text);
  if (!path.empty()) {
    const auto entry = artifacts_.try_emplace(uri_of(path), Artifact{artifacts_.size()}).first;
    Artifact& artifact = entry->second;
    artifact.errors_not_shown += findings.errors_not_kept();
    artifact.warnings_not_shown += findings.warnings_not_kept();
    places.set_artifact(entry->first, artifact.index);
  }
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Diagnostic& diagnostic = findings[i];
    Shown& json = out.text();
    json += first_ ? Literal("\n") : Literal(",\n");
    first_ = false;
    json.append(R"({{"ruleId":"{}","ruleIndex":{},"level":"{}",)", render::code_text(diagnostic.code),
                rule_index(diagnostic.code),
                render::severity_word(render::severity_in(diagnostic, options_), render::english_words));
    append_message(json, render::message(diagnostic, options_.language).view());
    if (!path.empty()) places.append(json, diagnostic, options_.language);
    if (diagnostic.amct != AmctError::none) {
      json += R"(,"properties":{"amct_error":)";
      json.add_json_string(amct_error_of(diagnostic));
      json += "}";
    }
    json += "}";
    if (!out.flush_if_large()) break;
  }
  result_ = out.finish();
}

WriteResult SarifReport::finish() {
  if (!result_.ok()) return result_;
  render::Output out(sink_);
  Shown& json = out.text();
  json += R"(],"artifacts":[)";
  std::vector<const decltype(artifacts_)::value_type*> in_order(artifacts_.size());
  for (const auto& entry : artifacts_) in_order[entry.second.index] = &entry;
  Literal opening = "\n";
  for (const auto* const entry : in_order) {
    json += opening;
    opening = ",\n";
    json += R"({"location":{"uri":)";
    json.add_json_string(entry->first);
    json += "}";
    const Artifact& artifact = entry->second;
    if (artifact.errors_not_shown + artifact.warnings_not_shown > 0) {
      json.append(R"(,"properties":{{"errors_not_shown":{},"warnings_not_shown":{}}})", artifact.errors_not_shown,
                  artifact.warnings_not_shown);
    }
    json += "}";
    if (!out.flush_if_large()) break;
  }
  json += R"(],"tool":{"driver":{"name":"distillcfg",)";
  if (!version_.empty()) {
    json += R"("version":)";
    json.add_json_string(version_);
    json += ",";
  }
  json += R"("rules":[)";
  opening = "\n";
  for (const Code code : rules_) {
    json += opening;
    opening = ",\n";
    std::string words(name_of(code));
    std::ranges::replace(words, '_', ' ');
    json.append(R"({{"id":"{}","name":"{}","shortDescription":{{"text":)", render::code_text(code), render::slug(code));
    json.add_json_string(words);
    json += "}}";
  }
  json += "]}}}]}\n";
  return out.finish();
}

}  // namespace distillcfg
