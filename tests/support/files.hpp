// Where the tests find their data, and how they read and write it: bytes as they are.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "quoted.hpp"

// The folder tests/ of the source tree. Without the definition the tests must run in the source root.
#ifndef DISTILLCFG_TEST_DATA
#define DISTILLCFG_TEST_DATA "tests"
#endif

namespace distillcfg::test {

inline std::filesystem::path data_folder() { return DISTILLCFG_TEST_DATA; }

inline std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

inline bool write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  return !file.fail();
}

// The input NAME.cfg, or what NAME.recipe makes; nothing if neither is there or the recipe is malformed.
inline std::optional<std::string> read_input(const std::filesystem::path& folder, const std::string& name) {
  if (std::optional<std::string> text = read_file(folder / (name + ".cfg"))) return text;
  const std::optional<std::string> recipe = read_file(folder / (name + ".recipe"));
  std::string text;
  if (!recipe || !make_by_recipe(*recipe, text)) return std::nullopt;
  return text;
}

// The paths of all files below `folder`, relative to it, in order.
inline std::vector<std::string> files_below(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  for (const std::filesystem::directory_entry& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(folder).generic_string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace distillcfg::test
