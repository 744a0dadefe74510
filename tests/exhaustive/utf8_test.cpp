// Every sequence of up to four bytes that can matter, as UTF-8: the library's reader of single characters,
// its search for the first malformed byte, and string values, against a decoder that shares nothing with
// them (tests/support/utf8.hpp).
//
//     utf8_test [--all]
//
// Of three bytes: all. Of four: all that start with F0 to F7. Any other first byte is ASCII, malformed by
// itself, or starts a character of two or three bytes; which of these it is, and where that ends, the bytes
// up to the third decide, and what is left is a shorter sequence. F5 to F7 would be four bytes long if they
// were allowed; F8 to FF are as they in no decoder here, and among the three bytes.
//
// Without --all: one in 17 of them, and of these one in 7 as string values.
#include "support/utf8.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "distillcfg/parse.hpp"
#include "parallel.hpp"
#include "text/characters.hpp"

namespace {

using namespace distillcfg;

std::atomic<std::uint64_t> compared{0};
std::atomic<std::uint32_t> failures{0};

void fail(const char* what, std::string_view text) {
  if (++failures > 20) return;
  std::printf("%s:", what);
  for (const char c : text) std::printf(" %02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
  std::printf("\n");
}

void try_function(std::string_view text) {
  std::size_t at = 0;
  const std::uint32_t expected = test::decode_utf8(text, at);
  const detail::Utf8Character found = detail::read_utf8(text);
  const bool is_same = expected == test::malformed ? found.size == 0 : found.code_point == expected && found.size == at;
  if (!is_same) fail("read_utf8", text);
  if (expected != test::malformed) {
    char written[4];
    const std::size_t size = detail::write_utf8(expected, written);
    if (std::string_view(written, size) != text.substr(0, at)) fail("write_utf8", text);
  }
  std::size_t valid = 0;
  for (std::size_t next = 0; next < text.size() && test::decode_utf8(text, next) != test::malformed;) valid = next;
  if (detail::valid_utf8_prefix(text) != valid) fail("valid_utf8_prefix", text);
}

// A string value of the bytes, alone and where vectors are read.
class Value {
 public:
  Value(std::string_view before, std::string_view behind, std::size_t count) : at_(before.size()) {
    text_.append(before).append(count, ' ').append(behind);
    size_ = text_.size();
    text_.append(source_padding, '\0');
  }

  void try_bytes(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) text_[at_ + i] = bytes[i];
    const Document document = borrow_padded({text_.data(), size_}, {.memory = Memory(memory_)});
    if (document.ok() != test::is_utf8(bytes)) fail("a string's value", bytes);
    if (document.ok()) {
      const std::string_view value = document.config().quant_skip_layers[0]->view();
      if (value.find(bytes) == std::string_view::npos) fail("what a string's value is", bytes);
    }
  }

 private:
  std::size_t at_;
  std::size_t size_ = 0;
  std::string text_;
  std::array<std::byte, 32768> memory_;
};

// What ends a string, or is an escape or a byte that no string may hold, is no matter of UTF-8.
bool may_stand_in_string(std::string_view bytes) {
  return bytes.find_first_of(std::string_view("\"\\\n\0", 4)) == std::string_view::npos;
}

}  // namespace

int main(int argc, char** argv) {
  const bool all = argc > 1 && std::string_view(argv[1]) == "--all";
  // Primes.
  const std::uint32_t stride = all ? 1 : 17;
  const std::uint32_t value_stride = all ? 1 : 7;
  constexpr std::uint32_t leads = 9;  // none, F0 to F7
  test::in_parallel(leads * 256, [stride, value_stride](std::uint32_t piece) {
    const std::size_t size = piece < 256 ? 3 : 4;
    char bytes[4];
    char* p = bytes;
    if (size == 4) *p++ = static_cast<char>(0xF0 + piece / 256 - 1);
    *p++ = static_cast<char>(piece % 256);
    Value alone("quant_skip_layers:\"", "\"", size);
    Value within("quant_skip_layers: \"layer4.0.", ".conv1\"\n", size);
    Value decoded("quant_skip_layers: \"\\x41", "\\101\"\n", size);
    std::uint32_t count = 0;
    for (std::uint32_t last = piece % stride; last < 0x10000; last += stride, ++count) {
      p[0] = static_cast<char>(last >> 8U);
      p[1] = static_cast<char>(last);
      const std::string_view sequence(bytes, size);
      try_function(sequence);
      if (count % value_stride != 0 || !may_stand_in_string(sequence)) continue;
      alone.try_bytes(sequence);
      within.try_bytes(sequence);
      decoded.try_bytes(sequence);
    }
    // The shorter ones.
    if (piece < 256) {
      try_function({bytes, 1});
      for (std::uint32_t second = 0; second < 256; ++second) {
        bytes[1] = static_cast<char>(second);
        try_function({bytes, 2});
      }
    }
    compared += count;
  });
  std::printf("%llu sequences, %u failures\n", static_cast<unsigned long long>(compared.load()), failures.load());
  return failures == 0 ? 0 : 1;
}
