// Searching, comparing and copying bytes, sixteen at a time where there is SSE2, a machine word at a time
// elsewhere, and one at a time where size counts.
//
// The first two read whole vectors or words, up to source_padding bytes past the end of the text;
// the padding is zero, and each search stops at a zero byte.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__) && !defined(DISTILLCFG_PORTABLE)
#define DISTILLCFG_SSE2 1
#include <emmintrin.h>
#endif

#include "text/characters.hpp"

namespace distillcfg::detail {

#if DISTILLCFG_SSE2

inline __m128i load_vector(const char* p) noexcept { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }

inline unsigned mask_of(__m128i bytes) noexcept { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }

// Whether the first `size` bytes (1 to 64) at a and b are the same.
inline bool same_bytes(const char* a, const char* b, unsigned size) noexcept {
  const auto equal = [a, b](unsigned i) { return mask_of(_mm_cmpeq_epi8(load_vector(a + i), load_vector(b + i))); };
  // Most are between 16 and 32 long: one test for both vectors.
  const std::uint64_t different = ~static_cast<std::uint64_t>(equal(0) | equal(16) << 16U);
  if (size <= 32) [[likely]]
    return different << (64 - size) == 0;
  return static_cast<std::uint32_t>(different) == 0 && equal(size - 32) == 0xFFFFU && equal(size - 16) == 0xFFFFU;
}

// The same for any number of bytes from 1 on, of which none at `b` is zero. Reads at most
// source_padding bytes behind the first difference.
inline bool same_text(const char* a, const char* b, std::size_t size) noexcept {
  const auto equal = [a, b](std::size_t i) { return _mm_cmpeq_epi8(load_vector(a + i), load_vector(b + i)); };
  const auto both = [equal](std::size_t i, std::size_t j) { return mask_of(_mm_and_si128(equal(i), equal(j))); };
  if (size <= 16) return (mask_of(equal(0)) ^ 0xFFFFU) << (32 - size) == 0;
  if (size <= 32) return both(0, size - 16) == 0xFFFFU;
  // Whole blocks of 32 bytes, then the last 32, which may overlap with them.
  const std::size_t last = size - 32;
  for (std::size_t i = 0; i < last; i += 32) {
    if (both(i, i + 16) != 0xFFFFU) return false;
  }
  return both(last, last + 16) == 0xFFFFU;
}

inline const char* skip_white_space(const char* p) noexcept {
  if (!is(*p, white_space)) return p;
  for (;;) {
    const __m128i bytes = load_vector(p);
    // 9..13 are the other five: minus 9, they are at most 4 as unsigned bytes.
    const __m128i shifted = _mm_sub_epi8(bytes, _mm_set1_epi8(9));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(shifted, _mm_set1_epi8(4)), shifted);
    const unsigned blank = mask_of(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')), control));
    if (blank != 0xFFFFU) return p + std::countr_one(blank);
    p += 16;
  }
}

// Behind the letters, digits and underscores at `p`.
inline const char* find_name_end(const char* p) noexcept {
  for (;;) {
    const __m128i bytes = load_vector(p);
    const auto at_most = [](__m128i value, char limit) {
      return _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(limit)), value);
    };
    // Bit 5 is what lower case has and upper case lacks.
    const __m128i letter = at_most(_mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('a')), 25);
    const __m128i number = at_most(_mm_sub_epi8(bytes, _mm_set1_epi8('0')), 9);
    const __m128i underscore = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_'));
    const unsigned within = mask_of(_mm_or_si128(_mm_or_si128(letter, number), underscore));
    if (within != 0xFFFFU) return p + std::countr_one(within);
    p += 16;
  }
}

// The first quote, backslash, LF, NUL, or byte >= 0x80.
inline const char* find_string_special(const char* p, char quote) noexcept {
  for (;;) {
    const __m128i bytes = load_vector(p);
    const __m128i special = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(quote)), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))),
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')), _mm_cmpeq_epi8(bytes, _mm_setzero_si128())));
    const unsigned found = mask_of(_mm_or_si128(special, bytes));
    if (found != 0) return p + std::countr_zero(found);
    p += 16;
  }
}

// The first LF or NUL.
inline const char* find_line_end(const char* p) noexcept {
  for (;;) {
    const __m128i bytes = load_vector(p);
    const unsigned found =
        mask_of(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')), _mm_cmpeq_epi8(bytes, _mm_setzero_si128())));
    if (found != 0) return p + std::countr_zero(found);
    p += 16;
  }
}

#elif defined(DISTILLCFG_NO_FAST_PATH)

inline bool same_bytes(const char* a, const char* b, unsigned size) noexcept { return std::memcmp(a, b, size) == 0; }

inline const char* skip_white_space(const char* p) noexcept {
  while (is(*p, white_space)) ++p;
  return p;
}

inline bool same_text(const char* a, const char* b, std::size_t size) noexcept { return std::memcmp(a, b, size) == 0; }

inline const char* find_name_end(const char* p) noexcept {
  while (is(*p, name_start | digit)) ++p;
  return p;
}

inline const char* find_string_special(const char* p, char quote) noexcept {
  while (*p != quote && *p != '\\' && *p != '\n' && *p != '\0' && static_cast<unsigned char>(*p) < 0x80) ++p;
  return p;
}

inline const char* find_line_end(const char* p) noexcept {
  while (*p != '\n' && *p != '\0') ++p;
  return p;
}

#else

inline std::uint64_t load_word(const char* p) noexcept {
  std::uint64_t word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

inline bool same_bytes(const char* a, const char* b, unsigned size) noexcept { return std::memcmp(a, b, size) == 0; }

inline bool same_text(const char* a, const char* b, std::size_t size) noexcept {
  for (; size >= sizeof(std::uint64_t); size -= sizeof(std::uint64_t)) {
    if (load_word(a) != load_word(b)) return false;
    a += sizeof(std::uint64_t);
    b += sizeof(std::uint64_t);
  }
  return std::memcmp(a, b, size) == 0;
}

inline const char* skip_white_space(const char* p) noexcept {
  if (!is(*p, white_space)) return p;
  constexpr std::uint64_t spaces = 0x2020'2020'2020'2020U;
  ++p;
  for (;;) {
    // Indentation: spaces by the word.
    while (load_word(p) == spaces) p += sizeof spaces;
    if (!is(*p, white_space)) return p;
    ++p;
  }
}

inline const char* find_name_end(const char* p) noexcept {
  while (is(*p, name_start | digit)) ++p;
  return p;
}

// A word with the high bit set in each byte of `word` that equals c; wrong bits stand only above a
// right one, so the word is zero exactly if there is none.
inline std::uint64_t bytes_equal(std::uint64_t word, char c) noexcept {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101U;
  const std::uint64_t difference = word ^ (ones * static_cast<unsigned char>(c));
  return (difference - ones) & ~difference & (ones << 7U);
}

inline const char* find_string_special(const char* p, char quote) noexcept {
  constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080U;
  for (;; p += sizeof(std::uint64_t)) {
    const std::uint64_t word = load_word(p);
    if ((bytes_equal(word, quote) | bytes_equal(word, '\\') | bytes_equal(word, '\n') | bytes_equal(word, '\0') |
         (word & high_bits)) != 0) {
      break;
    }
  }
  while (*p != quote && *p != '\\' && *p != '\n' && *p != '\0' && static_cast<unsigned char>(*p) < 0x80) ++p;
  return p;
}

inline const char* find_line_end(const char* p) noexcept {
  for (;; p += sizeof(std::uint64_t)) {
    const std::uint64_t word = load_word(p);
    if ((bytes_equal(word, '\n') | bytes_equal(word, '\0')) != 0) break;
  }
  while (*p != '\n' && *p != '\0') ++p;
  return p;
}

#endif

// Whether `size` bytes are the same. Reads no others.
inline bool same_name(const char* a, const char* b, std::size_t size) noexcept {
#ifdef DISTILLCFG_NO_FAST_PATH
  return size == 0 || std::memcmp(a, b, size) == 0;
#else
  const auto differ = [a, b]<class Word>(std::size_t i, Word) {
    Word of_a;
    Word of_b;
    std::memcpy(&of_a, a + i, sizeof(Word));
    std::memcpy(&of_b, b + i, sizeof(Word));
    return of_a != of_b;
  };
  if (size >= 8) {
    for (std::size_t i = 0; i < size - 8; i += 8) {
      if (differ(i, std::uint64_t{})) return false;
    }
    return !differ(size - 8, std::uint64_t{});
  }
  if (size >= 4) return !differ(0, std::uint32_t{}) && !differ(size - 4, std::uint32_t{});
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
#endif
}

// Copies `size` bytes and returns behind them. Reads and writes no others.
inline char* copy_short(char* to, const char* from, std::size_t size) noexcept {
#ifdef DISTILLCFG_NO_FAST_PATH
  if (size != 0) std::memcpy(to, from, size);
#else
  const auto copy = [to, from]<class Word>(std::size_t i, Word word) {
    std::memcpy(&word, from + i, sizeof word);
    std::memcpy(to + i, &word, sizeof word);
  };
  if (size >= 8) {
    for (std::size_t i = 0; i < size - 8; i += 8) copy(i, std::uint64_t{});
    copy(size - 8, std::uint64_t{});
  } else if (size >= 4) {
    copy(0, std::uint32_t{});
    copy(size - 4, std::uint32_t{});
  } else {
    for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
  }
#endif
  return to + size;
}

// Whether any of eight bytes is one that stands in a printed string as an escape: a control character,
// a quote, a backslash, DEL or what is not ASCII.
inline bool any_to_escape(const char* text) noexcept {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101U;
  constexpr std::uint64_t high_bits = ones << 7U;
  std::uint64_t word;
  std::memcpy(&word, text, sizeof word);
  // The high bit of a byte is set where the byte without its own is zero, or below 0x20 and so on; a
  // borrow reaches only bytes behind one that is set.
  const auto zero = [](std::uint64_t bytes) { return (bytes - ones) & ~bytes; };
  const std::uint64_t control = (word - ones * 0x20U) & ~word;
  return ((control | zero(word ^ ones * '"') | zero(word ^ ones * '\'') | zero(word ^ ones * '\\') |
           zero(word ^ ones * 0x7FU) | word) &
          high_bits) != 0;
}

// Whether a string can be written as it is, without any such byte. False for one that is longer than
// longest_plain, which is not looked at.
inline constexpr std::size_t longest_plain = 128;
inline bool is_plain(std::string_view text) noexcept {
  if (text.size() < 8) {
    char padded[8] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
    static_cast<void>(copy_short(padded, text.data(), text.size()));
    return !any_to_escape(padded);
  }
  if (text.size() > longest_plain) return false;
  for (std::size_t i = 0; i < text.size() - 8; i += 8) {
    if (any_to_escape(text.data() + i)) return false;
  }
  return !any_to_escape(text.data() + text.size() - 8);
}

}  // namespace distillcfg::detail
