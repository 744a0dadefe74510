#include "invariants.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "config_entries.hpp"
#include "diagnostics_checks.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/print.hpp"
#include "require.hpp"
#include "utf8.hpp"

namespace distillcfg::fuzz {

namespace {

// Longer texts are parsed a few times only, so that one input takes no second under a sanitizer.
constexpr std::size_t long_text = 64 * 1024;
// Fixes are applied again and again to texts up to this size, this many times.
constexpr std::size_t fixed_text = 1024;
constexpr int fix_rounds = 16;
// parse.hpp: what a kept diagnostic takes beside arena_bound().
constexpr std::uint64_t diagnostic_bound = 1024;

struct Mode {
  Semantics semantics;
  bool allow_unknown;
};

constexpr Mode modes[] = {
    {Semantics::strict, false}, {Semantics::merge, false}, {Semantics::amct, false},
    {Semantics::strict, true},  {Semantics::merge, true},  {Semantics::amct, true},
};
constexpr std::size_t mode_count = std::size(modes);

const char* name_of(Semantics semantics) {
  return semantics == Semantics::strict ? "strict" : semantics == Semantics::merge ? "merge" : "amct";
}

// FNV-1a: chooses, of what is too much to try with every text, what to try with this one.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01B3U;
  return hash ^ hash >> 29;
}

void set_mode_situation(const Mode& mode, const char* how, std::size_t detail = 0) {
  set_situation("%s%s, %s %zu", name_of(mode.semantics), mode.allow_unknown ? ", allow_unknown" : "", how, detail);
}

// One parse, and what the comparisons need of it.
struct Reading {
  Document document;
  std::vector<Entry> entries;

  [[nodiscard]] bool ok() const { return document.ok(); }
  [[nodiscard]] const Diagnostics& diagnostics() const { return document.diagnostics(); }
};

// What holds of every Document, whatever the text and the memory.
Reading checked(Document document, std::string_view text, const ParseOptions& options) {
  Reading reading{std::move(document), {}};
  const Document& d = reading.document;
  DISTILLCFG_REQUIRE(d.text() == text || (d.text().empty() && !d.ok()), "a Document holds the whole text or none");
  DISTILLCFG_REQUIRE(d.ok() == !d.diagnostics().has_errors(), "a text is refused exactly if it has errors");
  DISTILLCFG_REQUIRE(d.arena_used() <= d.arena_reserved(), "no more memory is used than was taken");
  require_sound(d.diagnostics(), text, options);
  reading.entries = entries_of(d.config());
  require_places(reading.entries, text, d.ok());
  for (const Entry& e : reading.entries) DISTILLCFG_REQUIRE(is_utf8(e.text), "a string value is UTF-8");
  return reading;
}

void require_same(const Reading& a, const Reading& b, const char* invariant) {
  DISTILLCFG_REQUIRE(a.ok() == b.ok(), invariant);
  DISTILLCFG_REQUIRE(same_diagnostics(a.diagnostics(), b.diagnostics()), invariant);
  DISTILLCFG_REQUIRE(same_values_and_places(a.entries, b.entries), invariant);
}

// ---- print

// A sink that takes `room` bytes, then refuses.
struct LimitedSink {
  std::size_t room;
  std::size_t taken = 0;

  static bool write(void* context, const char*, std::size_t size) {
    auto& self = *static_cast<LimitedSink*>(context);
    if (size > self.room - self.taken) return false;
    self.taken += size;
    return true;
  }
};

// What was read prints to a text that reads back as the same, even if it was read from a text that
// is refused.
std::string require_prints(const Reading& reading, const Mode& mode) {
  std::string first = printed(reading.document.config());
  for (const char c : first) {
    DISTILLCFG_REQUIRE(c == '\n' || (c >= 0x20 && c < 0x7F), "the printed form is printable ASCII");
  }
  // A refused text, and one that only amct accepts, may lack required fields.
  const bool complete = reading.ok() && mode.semantics != Semantics::amct;
  const ParseOptions options{.semantics = complete ? Semantics::strict : Semantics::amct};
  const Reading again = checked(parse(first, options), first, options);
  DISTILLCFG_REQUIRE(again.ok(), "the printed form is accepted");
  DISTILLCFG_REQUIRE(!complete || again.diagnostics().empty(), "the printed form gives no warning");
  DISTILLCFG_REQUIRE(same_values(reading.entries, again.entries), "the printed form reads back as what was printed");
  DISTILLCFG_REQUIRE(printed(again.document.config()) == first, "printing the printed form changes nothing");

  LimitedSink sink{first.size() / 2};
  const WriteResult result = print(reading.document.config(), Sink{LimitedSink::write, &sink});
  DISTILLCFG_REQUIRE(first.empty() || result.code == Code::output_failed, "a sink's refusal is reported");
  return first;
}

// ---- one mode against another

struct Verdict {
  Reading reading;
  std::string printed;
};

void require_wider(const Verdict& narrow, const Verdict& wide, const char* invariant) {
  if (!narrow.reading.ok()) return;
  DISTILLCFG_REQUIRE(wide.reading.ok(), invariant);
  DISTILLCFG_REQUIRE(same_values_and_places(narrow.reading.entries, wide.reading.entries), invariant);
  DISTILLCFG_REQUIRE(narrow.printed == wide.printed, invariant);
}

void require_modes_agree(const std::vector<Verdict>& verdicts) {
  for (std::size_t unknown = 0; unknown < mode_count; unknown += 3) {
    const Verdict& strict = verdicts[unknown];
    const Verdict& merge = verdicts[unknown + 1];
    const Verdict& amct = verdicts[unknown + 2];
    set_situation("semantics against each other, %s", unknown == 0 ? "unknown fields refused" : "allow_unknown");
    require_wider(strict, merge, "what strict accepts merge reads as the same");
    require_wider(strict, amct, "what strict accepts amct reads as the same");
    require_wider(merge, amct, "what merge accepts amct reads as the same");
    // A singular field given twice is all that strict refuses and merge does not, and a missing
    // required field is all that merge refuses and amct does not; amct warns of each.
    const Diagnostics& m = merge.reading.diagnostics();
    if (merge.reading.ok() && m.warnings_not_kept() == 0) {
      const bool twice = contains(m, Code::duplicate_field) || contains(m, Code::oneof_conflict);
      DISTILLCFG_REQUIRE(strict.reading.ok() == !twice, "merge warns exactly of what strict refuses");
    }
    const Diagnostics& a = amct.reading.diagnostics();
    if (amct.reading.ok() && a.warnings_not_kept() == 0) {
      DISTILLCFG_REQUIRE(merge.reading.ok() == !contains(a, Code::missing_required),
                         "amct warns exactly of what merge refuses");
    }
  }
  for (std::size_t i = 0; i < 3; ++i) {
    set_mode_situation(modes[i], "with and without allow_unknown");
    const Verdict& refusing = verdicts[i];
    const Verdict& skipping = verdicts[i + 3];
    require_wider(refusing, skipping, "what is accepted without allow_unknown reads as the same with it");
    const Diagnostics& s = skipping.reading.diagnostics();
    if (skipping.reading.ok() && s.warnings_not_kept() == 0) {
      DISTILLCFG_REQUIRE(refusing.reading.ok() == !contains(s, Code::skipped_unknown_field),
                         "allow_unknown warns exactly of what is refused without it");
    }
    if (refusing.reading.ok()) {
      DISTILLCFG_REQUIRE(same_diagnostics(refusing.reading.diagnostics(), s),
                         "allow_unknown changes no diagnostic of a text without unknown fields");
    }
  }
}

// ---- limits

void require_limits_change_nothing(std::string_view text, const Mode& mode, const Reading& reading) {
  for (const std::uint32_t limit : {0U, 1U, 3U}) {
    set_mode_situation(mode, "limits of", limit);
    const ParseOptions options{
        .semantics = mode.semantics, .allow_unknown = mode.allow_unknown, .limits = {limit, limit}};
    const Reading limited = checked(parse(text, options), text, options);
    DISTILLCFG_REQUIRE(limited.ok() == reading.ok(), "limits on diagnostics never change acceptance");
    DISTILLCFG_REQUIRE(same_values_and_places(limited.entries, reading.entries), "limits never change what is read");
    DISTILLCFG_REQUIRE(limited.diagnostics().errors() == reading.diagnostics().errors() &&
                           limited.diagnostics().warnings() == reading.diagnostics().warnings(),
                       "diagnostics that are not kept are counted");
    if (limit == 0) {
      DISTILLCFG_REQUIRE(limited.diagnostics().errors_not_kept() == 0, "without a limit every error is kept");
      DISTILLCFG_REQUIRE(limited.diagnostics().warnings_not_kept() == 0, "without a limit every warning is kept");
    }
  }
}

// ---- memory

// Takes blocks from the heap until `budget` of them were given; sees that each comes back as it went.
class CountingAllocator {
 public:
  explicit CountingAllocator(std::size_t budget) : budget_(budget) {}

  [[nodiscard]] Memory memory() { return Memory(Allocator{allocate, release, this}); }
  [[nodiscard]] std::size_t blocks_out() const { return blocks_.size(); }

 private:
  struct Block {
    void* memory;
    std::size_t size;
    std::size_t alignment;
  };

  static void* allocate(void* context, std::size_t size, std::size_t alignment) {
    auto& self = *static_cast<CountingAllocator*>(context);
    DISTILLCFG_REQUIRE(size != 0 && alignment != 0 && (alignment & (alignment - 1)) == 0, "allocations make sense");
    if (self.given_ == self.budget_) return nullptr;
    ++self.given_;
    void* const memory = ::operator new (size, std::align_val_t{alignment});
    self.blocks_.push_back({memory, size, alignment});
    return memory;
  }

  static void release(void* context, void* memory, std::size_t size, std::size_t alignment) {
    auto& self = *static_cast<CountingAllocator*>(context);
    const auto block =
        std::find_if(self.blocks_.begin(), self.blocks_.end(), [memory](const Block& b) { return b.memory == memory; });
    DISTILLCFG_REQUIRE(block != self.blocks_.end(), "only what was allocated is released, and once");
    DISTILLCFG_REQUIRE(block->size == size && block->alignment == alignment, "a block is released as it was allocated");
    self.blocks_.erase(block);
    ::operator delete (memory, std::align_val_t{alignment});
  }

  std::size_t budget_;
  std::size_t given_ = 0;
  std::vector<Block> blocks_;
};

// What holds where memory may have run out: a text is never accepted wrongly, nor refused without a reason.
void require_no_worse(const Reading& starved, const Reading& reading) {
  if (starved.ok()) {
    DISTILLCFG_REQUIRE(reading.ok(), "want of memory accepts nothing");
    DISTILLCFG_REQUIRE(same_values_and_places(starved.entries, reading.entries), "what is accepted was read in full");
    DISTILLCFG_REQUIRE(starved.diagnostics().warnings() == reading.diagnostics().warnings(),
                       "warnings without memory are counted");
  } else {
    DISTILLCFG_REQUIRE(!reading.ok() || contains(starved.diagnostics(), Code::out_of_memory),
                       "a good text is refused only for want of memory");
  }
}

void require_survives_buffers(std::string_view text, const Mode& mode, const Reading& reading) {
  const std::uint64_t enough =
      arena_bound(text.size()) + diagnostic_bound * std::uint64_t{reading.diagnostics().size()};
  DISTILLCFG_REQUIRE(reading.document.arena_used() <= enough, "arena_bound bounds the arena");
  const std::size_t used = reading.document.arena_used();
  // Where memory runs out, any step may be the one that meets it.
  const std::uint64_t hash = hash_of(text);
  const std::uint64_t sizes[] = {0, hash % (used + 1), (hash >> 32U) % (used + 1), used - 1, used + 1024, enough};
  for (const std::uint64_t wanted : sizes) {
    if (wanted > enough) continue;
    const auto size = static_cast<std::size_t>(wanted);
    set_mode_situation(mode, "a buffer of", size);
    // An odd address, since a caller's buffer may have one.
    const std::size_t shift = size % 3 == 0 ? 1 : 0;
    const std::unique_ptr<std::byte[]> buffer(new std::byte[size + shift]);
    const ParseOptions options{.semantics = mode.semantics,
                               .allow_unknown = mode.allow_unknown,
                               .memory = Memory(std::span(buffer.get() + shift, size))};
    const Reading starved = checked(parse(text, options), text, options);
    require_no_worse(starved, reading);
    static_cast<void>(printed(starved.document.config()));
    if (size == enough) require_same(starved, reading, "a buffer of arena_bound holds all there is");
  }
  if (reading.ok()) {
    set_mode_situation(mode, "a buffer of arena_bound for", text.size());
    const std::size_t size = static_cast<std::size_t>(arena_bound(text.size()));
    const std::unique_ptr<std::byte[]> buffer(new std::byte[size]);
    const ParseOptions options{.semantics = mode.semantics,
                               .allow_unknown = mode.allow_unknown,
                               .memory = Memory(std::span(buffer.get(), size))};
    const Reading bounded = checked(parse(text, options), text, options);
    DISTILLCFG_REQUIRE(bounded.ok(), "a buffer of arena_bound suffices for a text that is accepted");
    DISTILLCFG_REQUIRE(same_values_and_places(bounded.entries, reading.entries), "what is accepted was read in full");
  }
}

void require_survives_allocators(std::string_view text, const Mode& mode, const Reading& reading) {
  for (const std::size_t budget : {std::size_t{0}, std::size_t{1}, std::size_t{2}, SIZE_MAX}) {
    set_mode_situation(mode, "blocks from the allocator:", budget);
    CountingAllocator allocator(budget);
    const ParseOptions options{
        .semantics = mode.semantics, .allow_unknown = mode.allow_unknown, .memory = allocator.memory()};
    {
      const Reading starved = checked(parse(text, options), text, options);
      require_no_worse(starved, reading);
      if (budget == SIZE_MAX) require_same(starved, reading, "any allocator gives the same");
    }
    DISTILLCFG_REQUIRE(allocator.blocks_out() == 0, "a Document gives all its memory back");
  }
}

// ---- the same text elsewhere

void require_position_independence(std::string_view text, const Mode& mode, const Reading& reading) {
  const ParseOptions options{.semantics = mode.semantics, .allow_unknown = mode.allow_unknown};
  {
    set_mode_situation(mode, "borrow_padded");
    const std::size_t size = text.size() + source_padding;
    const std::unique_ptr<char[]> padded(new char[size]());
    std::copy(text.begin(), text.end(), padded.get());
    const std::string_view borrowed(padded.get(), text.size());
    const Reading other = checked(borrow_padded(borrowed, options), borrowed, options);
    require_same(other, reading, "borrow_padded gives what parse gives");
    DISTILLCFG_REQUIRE(other.document.text().data() == borrowed.data(), "borrow_padded copies nothing");
    for (std::size_t i = 0; i < size; ++i) {
      DISTILLCFG_REQUIRE(padded[i] == (i < text.size() ? text[i] : '\0'), "borrow_padded writes nothing to the text");
    }
  }
  {
    // What continues each kind of token stands behind the text now.
    set_mode_situation(mode, "other bytes behind the text");
    constexpr std::string_view behind[] = {"\"} ", "0a\\", ">'1 ", "#\n]", " { : 1"};
    std::string longer(text);
    longer += behind[text.size() % std::size(behind)];
    const std::string_view part(longer.data(), text.size());
    const Reading other = checked(parse(part, options), part, options);
    longer.assign(longer.size(), '{');
    require_same(other, reading, "what stands behind the text, or where it stood later, does not matter");
  }
  {
    set_mode_situation(mode, "moved");
    Document first = parse(text, options);
    const AMCTDistillConfig* const config = &first.config();
    Document second = std::move(first);
    DISTILLCFG_REQUIRE(&second.config() == config, "moving a Document moves nothing in it");
    first = parse("group_size: 3", options);
    const Reading other = checked(std::move(second), text, options);
    require_same(other, reading, "parsing is deterministic, and a Document survives being moved");
  }
}

// ---- fixes

// Applies the fixes of the first diagnostic that has any, again and again: they must not go in circles.
void require_fixes_lead_somewhere(std::string_view text, const Mode& mode) {
  const ParseOptions options{.semantics = mode.semantics, .allow_unknown = mode.allow_unknown};
  std::vector<std::string> seen{std::string(text)};
  for (int round = 0; round < fix_rounds; ++round) {
    set_mode_situation(mode, "fixes made:", static_cast<std::size_t>(round));
    const std::string& now = seen.back();
    const Reading reading = checked(parse(now, options), now, options);
    const Diagnostics& diagnostics = reading.diagnostics();
    std::uint32_t i = 0;
    while (i < diagnostics.size() && diagnostics[i].fixes.empty()) ++i;
    if (i == diagnostics.size()) return;
    std::string fixed = with_fixes(now, diagnostics[i]);
    DISTILLCFG_REQUIRE(std::find(seen.begin(), seen.end(), fixed) == seen.end(), "fixes do not undo each other");
    seen.push_back(std::move(fixed));
  }
}

Verdict verdict_of(std::string_view text, const Mode& mode) {
  set_mode_situation(mode, "from the heap");
  const ParseOptions options{.semantics = mode.semantics, .allow_unknown = mode.allow_unknown};
  Verdict verdict{checked(parse(text, options), text, options), {}};
  const Diagnostics& diagnostics = verdict.reading.diagnostics();
  DISTILLCFG_REQUIRE(!contains(diagnostics, Code::out_of_memory), "the heap suffices");
  verdict.printed = require_prints(verdict.reading, mode);
  return verdict;
}

}  // namespace

void require_invariants(std::string_view text) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(mode_count);
  for (const Mode& mode : modes) verdicts.push_back(verdict_of(text, mode));
  require_modes_agree(verdicts);
  // One mode is tried in every way, and another for each text: over many texts, all of them.
  const std::uint64_t hash = hash_of(text);
  for (const std::size_t i : {std::size_t{0}, 1 + static_cast<std::size_t>(hash % (mode_count - 1))}) {
    const Reading& reading = verdicts[i].reading;
    require_limits_change_nothing(text, modes[i], reading);
    require_position_independence(text, modes[i], reading);
    if (text.size() > long_text) continue;
    require_survives_buffers(text, modes[i], reading);
    require_survives_allocators(text, modes[i], reading);
    if (text.size() <= fixed_text) require_fixes_lead_somewhere(text, modes[i]);
  }
}

}  // namespace distillcfg::fuzz
