// The recursive-descent parser, driven by the schema's table and without recursion.
//
// parser.cpp reads what is right, string_values.cpp the strings among it that are not plain; the files in recovery/
// say what is wrong and find where to go on; skip_unknown.cpp skips fields that the schema lacks. Acceptance is decided
// in the moment an error is reported; nothing that recovery does can undo it.
#pragma once

#include <cstdint>
#include <string_view>

#include "distillcfg/ast.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/schema.hpp"
#include "layouts.hpp"
#include "reflect.hpp"
#include "reporter.hpp"
#include "text/lexer.hpp"
#include "text/literals.hpp"

namespace distillcfg::detail {

// Whether anything is read behind the first thing that is not in the format.
#ifdef DISTILLCFG_NO_RECOVERY
inline constexpr bool recovers = false;
#else
inline constexpr bool recovers = true;
#endif

class Parser {
 public:
  // The text [begin, end), behind which source_padding zero bytes stand. What `learnt` holds is of texts of the
  // same schema.
  Parser(const char* begin, const char* end, const ParseOptions& options, Reporter& reporter,
         LearntLayouts& learnt) noexcept
      : begin_(begin),
        end_(end),
        p_(begin),
        options_(options),
        reporter_(reporter),
        learnt_(learnt),
        name_(begin),
        effort_left_(least_effort + effort_per_byte * static_cast<std::uint64_t>(end - begin)) {}

  // Reads the whole text into `message`, a fresh struct of the schema `root`.
  void run(const MessageSchema& root, void* message) noexcept;

 private:
  // A text that does not repeat itself is read without comparing, but for one in so many times.
  static constexpr int most_repeats = 32;
  static constexpr std::uint32_t second_chance = 1024;
  // How deep skipped fields may nest.
  static constexpr std::uint32_t max_skipped_depth = 10'000;
  // What recovery may cost in all, to keep the time for any text linear in its size: a unit for each
  // byte that it looks at, and these for each token and each mistake, all about as dear as a unit is. A
  // mistake costs a look at its line or its message, so only texts made to cost more get there.
  static constexpr std::uint64_t least_effort = 1U << 18U;
  static constexpr std::uint64_t effort_per_byte = 32;
  static constexpr std::uint64_t effort_of_token = 8;
  static constexpr std::uint64_t effort_of_mistake = 128;

  // A message that is being read.
  struct Frame {
    const MessageSchema* schema;
    char* message;
    const FieldSchema* field;  // that holds it; nullptr for the root
    const char* name;          // of the field in the text; a list element's first byte
    const char* closed_at;     // the brace that closed it; stays until the next message stands here
    const char* list_start;    // list_start_ of the [ ] list that it is an element of; else nullptr
    char close;                // '}' or '>'
    bool names_in_doubt;       // it has a name that may be meant for a required field
    bool again;                // the whole message was reported as given before
    [[nodiscard]] bool in_list() const noexcept { return list_start != nullptr; }
  };

  // `other`: neither a colon nor an opening bracket stands in front of the value, but what p_ stands at.
  // `value`: that was passed, and the value may follow behind the name as it is now.
  enum class Next : std::uint8_t { step, again, reread, done, other, value };

  // ---- parser.cpp
  [[nodiscard]] const char* to_token(const char* p) const noexcept;
  [[nodiscard]] Next find_step(Step& step) noexcept;
  [[nodiscard]] Next field_step(Step& step, const char* start, const char* name) noexcept;
  [[nodiscard]] Next known_field_step(Step& step, const char* start, const FieldSchema& field, const char* name,
                                      const char* name_end) noexcept;
  [[nodiscard]] Next value_step(Step& step, const char* start, const FieldSchema& field, Token name) noexcept;
  void read_element(const FieldSchema& field, const char* name, char close) noexcept;
  void keep_shape() noexcept;
  [[nodiscard]] bool reread_element(const char* start) noexcept;
  [[nodiscard]] bool matches(const Step& seen, const char* p) const noexcept;
  [[nodiscard]] bool is_ignored_close(const char* p) const noexcept;
  [[nodiscard]] const Step* seen_step() noexcept;
  void read_field(const FieldSchema& field, const char* name) noexcept;
  void read_scalar(const FieldSchema& field, void* value) noexcept;
  void read_again(const FieldSchema& field, void* value) noexcept;
  void read_unusual_scalar(const FieldSchema& field, void* value) noexcept;
  void read_list(const FieldSchema& field) noexcept;
  void read_elements(const FieldSchema& field) noexcept;
  [[nodiscard]] bool another_element(const FieldSchema& field) noexcept;
  [[nodiscard]] void* append(const FieldSchema& field, const char* place) noexcept;
  void open_message(const FieldSchema& field, const char* name, char close, bool in_list) noexcept;
  void close_message() noexcept;
  void report_missing(const MessageSchema& schema, const char* message, std::uint32_t at) noexcept;
  void check_required(const MessageSchema& schema, const char* message, std::uint32_t at) noexcept;
  void out_of_memory() noexcept;
  // Ends the run: nothing more is read.
  void stop() noexcept;
  // Ends it with an error that says so, unless it has ended.
  void give_up() noexcept;
  // Behind what was read without a step, a list or a mistake: the loop ends whatever recovery does.
  void end_turn() noexcept;
  // To be asked before a mistake is looked into: false if the run has ended, as it does when there is no
  // effort left for it.
  [[nodiscard]] bool may_recover() noexcept;

  // ---- string_values.cpp
  [[nodiscard]] bool string_follows(const char* p) const noexcept;
  void continue_string() noexcept;
  void read_literals(Text& value) noexcept;
  [[nodiscard]] char* decode(std::string_view content, char* out) noexcept;
  void report_bad_utf8(const char* start, std::size_t decoded_at, char byte) noexcept;

  // ---- recovery/: each reports, and leaves p_ where reading can go on
  void report_duplicate(const FieldSchema& field, const char* name) noexcept;
  void other_member(const FieldSchema& field, const char* name) noexcept;
  [[nodiscard]] Next unknown_field(Step& step, const char* start, const Token& name) noexcept;
  [[nodiscard]] Next not_a_field(Step& step, const char* start, const char* p) noexcept;
  [[nodiscard]] Next other_than_name(Step& step, const char* start, const Token& found) noexcept;
  // Next::value only with a name that ends further behind.
  [[nodiscard]] Next bad_message(Step& step, const FieldSchema& field, Token& name, const char* p) noexcept;
  [[nodiscard]] Next bad_colon(Step& step, const FieldSchema& field, Token& name, const char* p) noexcept;
  [[nodiscard]] Next wrong_close(Step& step, const Token& close) noexcept;
  [[nodiscard]] Next quoted_name(Step& step, const char* start, const Token& name) noexcept;
  [[nodiscard]] Next number_for_name(Step& step, const char* start, const Token& number) noexcept;
  [[nodiscard]] Next bracketed_name(const Token& bracket) noexcept;
  [[nodiscard]] Next lookalike_for_name(Step& step, const char* start, const Token& character) noexcept;
  [[nodiscard]] Next misspelt_name(Step& step, const char* start, Token name) noexcept;
  [[nodiscard]] Next separate_messages(const Token& opener) noexcept;
  [[nodiscard]] Next doubled_opener(const Token& opener) noexcept;
  [[nodiscard]] Next read_as(Step& step, const char* start, const FieldSchema* field, const Token& name) noexcept;
  [[nodiscard]] bool is_first_token(const char* p) noexcept;
  [[nodiscard]] bool foreign_format(const Token& first) noexcept;
  void braces_around_file(Span at, const char* begin, const Token& open) noexcept;
  [[nodiscard]] bool yaml_document(const Token& first) noexcept;
  [[nodiscard]] bool is_yaml(const Token& value) noexcept;
  bool report_homoglyph(const char* p, const char* end) noexcept;
  [[nodiscard]] bool semicolon_comment(const char* start, const Token& name) noexcept;
  [[nodiscard]] bool merge_conflict(const Token& marker) noexcept;
  [[nodiscard]] bool foreign_comment(const Token& found) noexcept;
  [[nodiscard]] const char* find_extra_close(const Frame& closed) const noexcept;
  [[nodiscard]] bool closed_too_early() noexcept;
  [[nodiscard]] bool is_next(const char* behind, const char* p) const noexcept;
  [[nodiscard]] bool reopen(std::string_view name) noexcept;
  void ignore_close(const char* brace) noexcept;
  void extra_separators(const char* p) noexcept;
  void control_characters(const Token& control) noexcept;
  void end_within_message(const char* last) noexcept;
  void infer_closes(const char* last, int depth) noexcept;
  // A bracket that stands where the text itself says, by indentation, that one is missing.
  struct Unclosed {
    Token name;        // of what is not closed
    const char* last;  // behind which its closing bracket is missing
    char close;
    bool in_string;  // what is inserted there would be part of a string without an end
  };
  [[nodiscard]] Unclosed find_unclosed(int depth, const char* last) const noexcept;
  [[nodiscard]] bool proto_statement(const Token& first) const noexcept;
  [[nodiscard]] bool repeats_last_error(const char* p) const noexcept;
  [[nodiscard]] bool is_value(const Token& found) const noexcept;
  [[nodiscard]] const char* behind_wrong_separator(const char* p) const noexcept;
  [[nodiscard]] static const char* behind_signs(const char* p) noexcept;
  [[nodiscard]] const FieldSchema* nearest_field(const MessageSchema& schema, std::string_view name) const noexcept;
  [[nodiscard]] const FieldSchema* field_of_words(const MessageSchema& schema, std::string_view name) const noexcept;
  [[nodiscard]] const MessageSchema* message_with(std::string_view name) const noexcept;
  void doubt_names() noexcept;
  [[nodiscard]] bool starts_field(const Token& found) const noexcept;
  [[nodiscard]] bool on_new_line(const char* from, const char* to) const noexcept;
  [[nodiscard]] bool seems_to_close(const char* bracket) const noexcept;
  [[nodiscard]] bool first_on_line(const char* p) const noexcept;
  [[nodiscard]] const char* line_start(const char* p) const noexcept;
  [[nodiscard]] const char* line_end(const char* p) const noexcept;
  [[nodiscard]] const char* behind_balanced(const char* open) const noexcept;
  // Skips what cannot be read, from p_ to where the next field seems to start.
  void resync() noexcept;
  // How many closing braces the text lacks, without those that were accounted for; negative: it
  // has too many. Counts them once.
  [[nodiscard]] int missing_closes() noexcept;
  [[nodiscard]] int& missing_closes(char close) noexcept;
  void count_brackets() noexcept;
  // Whether a merge conflict's marker starts with the token. (All tokens are asked where brackets are counted.)
  [[nodiscard]] bool is_conflict_marker(const Token& token) const noexcept {
    return token.kind == TokenKind::symbol && token.begin[0] == token.begin[1] && is_conflict_marker_at(token.begin);
  }
  [[nodiscard]] bool is_conflict_marker_at(const char* p) const noexcept;
  // Whether the first of the sides of the merge conflict that was read last stands at p, if the next marker ends one.
  [[nodiscard]] bool in_conflict_at(const char* p) const noexcept {
    return conflict_end_ != nullptr && p < conflict_end_;
  }
  [[nodiscard]] const char* behind_conflict(const char* p, const char* last) const noexcept;
  [[nodiscard]] const char* behind_marker(const Token& marker, bool& in_conflict, const char* last) const noexcept;

  // ---- recovery/bad_values.cpp: the same for values
  void bad_value(const FieldSchema& field, const Token& found) noexcept;
  void value_of_other_type(const FieldSchema& field, const Token& found) noexcept;
  [[nodiscard]] Diagnostic* report_type(const FieldSchema& field, Span at, std::string_view found) noexcept;
  void list_for_single_value(const FieldSchema& field, const Token& bracket) noexcept;
  void unquoted_string(const FieldSchema& field, const Token& found) noexcept;
  void integer_out_of_range(const FieldSchema& field, Span at, std::uint64_t limit) noexcept;
  [[nodiscard]] static const char* tail_of(const Token& unterminated) noexcept;
  void count_closes(const char* from, const char* to) noexcept;
  void unterminated_string(const Token& literal) noexcept;
  void close_string(const Token& literal) noexcept;
  void bad_escape(const Escape& escape, std::string_view content, const char* at) noexcept;
  void bad_utf8(Span at, char byte, bool raw) noexcept;
  [[nodiscard]] static bool element_starts(const FieldSchema& field, const Token& found) noexcept;
  // True if an element follows that p_ then stands at.
  [[nodiscard]] bool bad_element(const FieldSchema& field, const Token& found) noexcept;
  void trailing_comma() noexcept;
  [[nodiscard]] bool next_after_bad_element(const char* from) noexcept;
  [[nodiscard]] bool element_follows(const char* p) noexcept;
  [[nodiscard]] bool element_behind_conflict(const FieldSchema& field) noexcept;
  void open(const FieldSchema& field, const char* name, char close, bool in_list) noexcept;
  void unclosed_list(const FieldSchema& field, const Token& found) noexcept;
  // Of the list that is read; that was reported already.
  [[nodiscard]] bool lacks_bracket() const noexcept { return *list_start_ != '['; }
  [[nodiscard]] bool bad_list_separator(const FieldSchema& field, const Token& found) noexcept;
  [[nodiscard]] bool placeholder(const Token& found) noexcept;
  [[nodiscard]] bool lookalike(const Token& found) noexcept;
  [[nodiscard]] char lookalike_ascii(const Token& found) const noexcept;
  void add_lookalike_fix(const Token& character) noexcept;
  void number_fault(const Token& number) noexcept;

  // ---- recovery/first_error.cpp
  // Reports an error, unless another one has ended the run already, and ends it.
  template <Code code, class... Values>
  Next fail(const char* from, const char* to, const Values&... values) noexcept;
  Diagnostic* fail_with(Code code, const char* from, const char* to) noexcept;
  [[nodiscard]] Next unclosed(const char* last) noexcept;
  [[nodiscard]] Next wrong_close(const Token& close) noexcept;
  Next bad_byte(const Token& found) noexcept;

  // ---- skip_unknown.cpp
  [[nodiscard]] Next skip_unknown_field(const Token& name) noexcept;
  [[nodiscard]] bool skip_value(const char* p) noexcept;
  [[nodiscard]] const char* skip_literals(const Token& first) noexcept;
  [[nodiscard]] bool skipped_token_ok(const Token& found) noexcept;
  // Behind the ']' of an extension's name, or nullptr.
  [[nodiscard]] const char* behind_bracketed_name(const char* bracket) const noexcept;

  [[nodiscard]] std::uint32_t offset(const char* p) const noexcept { return static_cast<std::uint32_t>(p - begin_); }
  [[nodiscard]] Span span(const char* from, const char* to) const noexcept { return {offset(from), offset(to)}; }
  [[nodiscard]] Span span(const Token& token) const noexcept { return span(token.begin, token.end); }
  [[nodiscard]] Token token(const char* p) const noexcept {
    const Token next = next_token(p, end_);
    // White space and comments count twice: short comments are that dear.
    spend(effort_of_token + static_cast<std::uint64_t>(next.end - p) + static_cast<std::uint64_t>(next.begin - p));
    return next;
  }
  void look_ahead(const char* from, const char* to) const noexcept { spend(static_cast<std::uint64_t>(to - from)); }
  void spend(std::uint64_t effort) const noexcept { effort_left_ -= effort < effort_left_ ? effort : effort_left_; }
  [[nodiscard]] Frame& frame() noexcept { return frames_[depth_]; }
  [[nodiscard]] const Frame& frame() const noexcept { return frames_[depth_]; }

  const char* begin_;
  const char* end_;
  const char* p_;
  const ParseOptions& options_;
  Reporter& reporter_;
  LearntLayouts& learnt_;

  Frame frames_[max_depth] = {};
  int depth_ = 0;
  std::uint16_t state_ = 0;
  bool stopped_ = false;

  // The string value that was read last, in case another literal follows it.
  Text* string_ = nullptr;
  const char* string_start_ = nullptr;
  const char* string_end_ = nullptr;

  // The element that was read as a whole last.
  struct Element {
    const FieldSchema* field;
    const char* name;
    const char* open;
    const char* behind;  // nullptr: none
  };
  Element element_ = {};
  bool watched_ = false;  // the shape of the element that is read is to be kept

  // Under merge and amct: some message was closed without a required field.
  bool required_in_doubt_ = false;

  // ---- for mistakes only
  const char* name_;                       // of the field whose value is read, or was read last
  const char* quiet_name_ = nullptr;       // name_ when the last mistake was passed
  std::uint8_t* deep_nesting_ = nullptr;   // for skip_unknown.cpp
  Token skipped_name_;                     // of the unknown field that is skipped
  Diagnostic* lookalike_ = nullptr;        // D1004 that was reported last
  const char* closed_string_ = nullptr;    // the last one without an end that has a fix which closes it
  const char* open_string_end_ = nullptr;  // of the last one without: what is inserted there would be part of it
  const char* separator_ = nullptr;        // the ',' or ';' that was read last
  const char* value_start_ = nullptr;      // the single value of a repeated field that was read last
  const char* list_start_ = nullptr;       // of the list that is read: its '['; where that is missing, what follows
  const char* conflict_end_ = nullptr;     // behind the merge conflict that was read last
  bool names_in_doubt_ = false;            // Frame::names_in_doubt of any frame
  int transparent_braces_ = 0;             // around the whole file, reported already
  // Up to where a placeholder's closing bracket was looked for in vain, so that it is not again.
  struct UnclosedPlaceholder {
    const char* until = nullptr;
    std::string_view close;
  };
  UnclosedPlaceholder unclosed_placeholder_;
  const char* last_value_end_ = nullptr;  // behind the element that was read last
  // Of braces that were reported, which may stand within each other: what closes them.
  const char* ignored_closes_[max_depth];
  int ignored_count_ = 0;
  const char* quiet_end_ = nullptr;  // up to here, what follows from the last error
  bool brackets_counted_ = false;
  int missing_braces_ = 0;  // '}'
  int missing_angles_ = 0;  // '>'
  int opens_ = 0;

  mutable std::uint64_t effort_left_;
  mutable const char* line_start_ = nullptr;  // what line_end was asked for last: any place from here on
  mutable const char* line_end_ = nullptr;    // to here has the same answer
  const char* first_token_ = nullptr;         // of the text; nullptr: not looked for yet
  bool comment_end_follows_ = true;           // a "*/" may stand in what is still to be read

  // Whether it is worth while to compare with the steps that were seen: above 0 if so.
  int repeats_ = most_repeats / 2;
  std::uint32_t turns_ = 0;
};

}  // namespace distillcfg::detail
