#include "cli/options.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "cli/files.hpp"
#include "render/display.hpp"
#include "render/words.hpp"
#include "text/similarity.hpp"

namespace distillcfg::cli {
namespace {

using render::Literal;
using render::Shown;

struct Texts {
  Literal english;
  Literal chinese;

  [[nodiscard]] constexpr Literal in(Language language) const noexcept { return choose(language, english, chinese); }
};

constexpr std::size_t any_number = SIZE_MAX;

struct CommandRow {
  Command command;
  bool needs_model;
  Literal name;
  Literal files;
  std::size_t fewest_files;
  std::size_t most_files;
  Texts summary;
  Texts description;
  Literal examples;
};

constexpr CommandRow command_rows[] = {
    {Command::check,
     false,
     "check",
     "FILE...",
     1,
     any_number,
     {"say what is wrong with quant.cfg files", "检查 quant.cfg 文件中的错误"},
     {"Reads each FILE ('-': standard input) and reports every mistake in it on standard output,\n"
      "with its place and, where there is one, a suggestion. With --model, also what AMCT would\n"
      "refuse for that network.\n"
      "\n"
      "Exit status: 0 no errors, 1 a file has errors, 2 wrong usage or a file could not be read.\n",
      "读取每个 FILE（'-' 表示标准输入），在标准输出上报告其中的每一处错误及其位置，\n"
      "并在可能时给出修改建议。给出 --model 时，还报告 AMCT 对该网络会拒绝的内容。\n"
      "\n"
      "退出码：0 没有错误，1 文件有错误，2 用法错误或文件无法读取。\n"},
     "  distillcfg check quant.cfg\n"
     "  distillcfg check --format json *.cfg > report.json\n"
     "  distillcfg check --model resnet18.textproto quant.cfg\n"
     "  generate_cfg | distillcfg check --werror -\n"},
    {Command::print,
     false,
     "print",
     "FILE",
     1,
     1,
     {"print a quant.cfg in protobuf's canonical form", "以 protobuf 的规范格式输出 quant.cfg"},
     {"Reads FILE ('-': standard input) and writes it to standard output as protobuf prints it.\n"
      "Comments and layout are lost. If FILE has errors, nothing is printed. What 'check' would\n"
      "report of FILE goes to standard error.\n"
      "\n"
      "Exit status: 0 printed, 1 FILE has errors, 2 wrong usage, or reading or writing failed.\n",
      "读取 FILE（'-' 表示标准输入），按 protobuf 的输出格式写到标准输出；注释和排版不保留。\n"
      "FILE 有错误时不输出任何内容。'check' 会报告的内容写到标准错误。\n"
      "\n"
      "退出码：0 已输出，1 FILE 有错误，2 用法错误或读写失败。\n"},
     "  distillcfg print quant.cfg\n"
     "  distillcfg print --semantics merge quant.cfg > canonical.cfg\n"},
    {Command::resolve,
     true,
     "resolve",
     "--model MODEL [QUANT.CFG]",
     0,
     1,
     {"say which quantisation every layer of a network gets", "给出网络中每一层的量化方式"},
     {"Reads QUANT.CFG ('-': standard input) and the network's description, and writes what every\n"
      "layer gets and which line of QUANT.CFG says so. Without QUANT.CFG, AMCT's default\n"
      "configuration is taken. If AMCT would refuse it, nothing is written. What is found wrong goes\n"
      "to standard error.\n"
      "\n"
      "Exit status: 0 written, 1 QUANT.CFG or MODEL has errors, 2 wrong usage, or reading or\n"
      "writing failed.\n",
      "读取 QUANT.CFG（'-' 表示标准输入）和网络描述，输出每一层的量化方式，以及由 QUANT.CFG 的\n"
      "哪一行决定。不给出 QUANT.CFG 时采用 AMCT 的默认配置。AMCT 会拒绝的配置不输出任何内容。\n"
      "发现的问题写到标准错误。\n"
      "\n"
      "退出码：0 已输出，1 QUANT.CFG 或 MODEL 有错误，2 用法错误或读写失败。\n"},
     "  distillcfg resolve --model resnet18.textproto quant.cfg\n"
     "  distillcfg resolve --model resnet18.textproto --format json quant.cfg > layers.json\n"
     "  distillcfg resolve --model resnet18.textproto --format amct -o config.json quant.cfg\n"},
    {Command::explain,
     true,
     "explain",
     "--model MODEL QUANT.CFG LAYER...",
     2,
     any_number,
     {"say why a layer gets what it gets", "说明某一层的量化方式由何而来"},
     {"Reads QUANT.CFG ('-': standard input) and the network's description, and tells of each LAYER\n"
      "which rules match, which one decides, where every value comes from, what has no effect, and\n"
      "which distill group it belongs to. What is found wrong goes to standard error.\n"
      "\n"
      "Exit status: 0 explained, 1 QUANT.CFG or MODEL has errors, or MODEL has no such layer,\n"
      "2 wrong usage, or reading or writing failed.\n",
      "读取 QUANT.CFG（'-' 表示标准输入）和网络描述，对每个 LAYER 说明匹配了哪些规则、哪一条生效、\n"
      "每个值来自何处、哪些设置不起作用，以及它属于哪个蒸馏组。发现的问题写到标准错误。\n"
      "\n"
      "退出码：0 已说明，1 QUANT.CFG 或 MODEL 有错误，或 MODEL 中没有该层，2 用法错误或读写失败。\n"},
     "  distillcfg explain quant.cfg --model resnet18.textproto layer4.1.conv2 fc\n"},
    {Command::diff,
     true,
     "diff",
     "--model MODEL A.CFG B.CFG",
     2,
     2,
     {"say which layers of a network get something else", "比较两份配置，列出量化方式有变化的层"},
     {"Reads A.CFG, B.CFG (one may be '-': standard input) and the network's description, and writes\n"
      "what is different for the network: the values that change, for which layers, and the rules\n"
      "behind them. What is found wrong goes to standard error.\n"
      "\n"
      "Exit status: 0 no difference, 1 differences, 2 wrong usage, errors in a file, or reading or\n"
      "writing failed.\n",
      "读取 A.CFG、B.CFG（其一可为 '-'，表示标准输入）和网络描述，输出二者对该网络的差别：\n"
      "哪些层的哪些值有变化，以及由哪些规则引起。发现的问题写到标准错误。\n"
      "\n"
      "退出码：0 没有差别，1 有差别，2 用法错误、文件有错误或读写失败。\n"},
     "  distillcfg diff old.cfg new.cfg --model resnet18.textproto\n"},
};

const CommandRow* row_of(Command command) noexcept {
  const auto* const row = std::ranges::find(command_rows, command, &CommandRow::command);
  return row == std::end(command_rows) ? nullptr : row;
}

// Sets `to` to the one of `values` that stands in `choices` ("a|b|c") where `value` does.
template <class Value>
bool set_choice(Value& to, std::string_view choices, std::string_view value, std::initializer_list<Value> values) {
  for (const Value& candidate : values) {
    const std::size_t end = std::min(choices.find('|'), choices.size());
    if (choices.substr(0, end) == value) {
      to = candidate;
      return true;
    }
    choices.remove_prefix(std::min(end + 1, choices.size()));
  }
  return false;
}

// Sets of commands.
constexpr unsigned in_check = 1;
constexpr unsigned in_print = 2;
constexpr unsigned in_resolve = 4;
constexpr unsigned in_explain = 8;
constexpr unsigned in_diff = 16;
constexpr unsigned in_every_command = in_check | in_print | in_resolve | in_explain | in_diff;
constexpr unsigned in_every = ~0U;  // and before the command

constexpr unsigned set_of(Command command) noexcept {
  switch (command) {
    case Command::check: return in_check;
    case Command::print: return in_print;
    case Command::resolve: return in_resolve;
    case Command::explain: return in_explain;
    case Command::diff: return in_diff;
    case Command::none: break;
  }
  return 0;
}

struct OptionRow {
  Literal name;
  Literal value;      // "a|b|c", "N", the name of a path, or empty: takes none
  unsigned commands;  // that have it
  Texts help;
  // Returns false if it takes no such value.
  bool (*set)(const OptionRow& row, Options& options, std::string_view value);

  [[nodiscard]] constexpr bool belongs_to(Command command) const noexcept {
    return commands == in_every || (commands & set_of(command)) != 0;
  }
};

bool set_format(const OptionRow& row, Options& options, std::string_view value) {
  return set_choice(options.format, row.value.view(), value, {Format::text, Format::gcc, Format::json, Format::sarif});
}

bool set_product(const OptionRow& row, Options& options, std::string_view value) {
  return set_choice(options.product, row.value.view(), value, {Product::table, Product::json, Product::amct});
}

bool set_no_int4(const OptionRow&, Options& options, std::string_view) {
  options.int4 = false;
  return true;
}

// Arguments end with a NUL, and so do values, which are their ends.
template <const char* Options::*member>
bool set_path(const OptionRow&, Options& options, std::string_view value) {
  options.*member = value.data();
  return !value.empty();
}

bool set_max_errors(const OptionRow&, Options& options, std::string_view value) {
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), options.max_errors);
  return error == std::errc{} && end == value.data() + value.size();
}

template <bool Options::*member>
bool set_flag(const OptionRow&, Options& options, std::string_view) {
  options.*member = true;
  return true;
}

bool set_semantics(const OptionRow& row, Options& options, std::string_view value) {
  return set_choice(options.semantics, row.value.view(), value, {Semantics::strict, Semantics::merge, Semantics::amct});
}

bool set_language(const OptionRow& row, Options& options, std::string_view value) {
  return set_choice(options.language, row.value.view(), value, {Language::en, Language::zh});
}

bool set_color(const OptionRow& row, Options& options, std::string_view value) {
  return set_choice(options.color, row.value.view(), value, {Color::automatic, Color::always, Color::never});
}

constexpr OptionRow option_rows[] = {
    {"format",
     "text|gcc|json|sarif",
     in_check,
     {"how diagnostics are written: for people (the default), one\nline each, as one JSON document, or as a SARIF log, "
      "for code\nscanning",
      "诊断信息的形式：便于阅读（默认）、每条一行、\n单个 JSON 文档、或 SARIF 日志"},
     set_format},
    {"werror", "", in_check, {"take warnings for errors", "将警告视为错误"}, set_flag<&Options::warnings_as_errors>},
    {"format",
     "table|json|amct",
     in_resolve,
     {"what is written: a table for people (the default), one JSON\ndocument with the place behind every value, or "
      "AMCT's\n"
      "config.json, byte for byte",
      "输出形式：便于阅读的表格（默认）、含每个值来源的\n单个 JSON 文档、或与 AMCT 逐字节一致的 config.json"},
     set_product},
    {"model",
     "MODEL",
     in_check | in_resolve | in_explain | in_diff,
     {"the description of the network ('-': standard input)", "网络描述文件（'-' 表示标准输入）"},
     set_path<&Options::model>},
    {"output",
     "FILE",
     in_resolve,
     {"write to FILE instead of standard output; FILE is replaced\nas a whole, and kept as it is where something fails",
      "写入 FILE 而非标准输出；FILE 整体替换，\n失败时保持原样"},
     set_path<&Options::output>},
    {"diagnostics",
     "text|gcc|json|sarif",
     in_print | in_resolve | in_explain | in_diff,
     {"how diagnostics are written to standard error: for people\n(the default), one line each, as one JSON document, "
      "or as a\nSARIF log",
      "标准错误上诊断信息的形式：便于阅读（默认）、\n每条一行、单个 JSON 文档、或 SARIF 日志"},
     set_format},
    {"semantics",
     "strict|merge|amct",
     in_every_command,
     {"'strict' (the default) refuses fields given twice and\nrequired fields that are missing; 'merge' lets the last "
      "of\n"
      "several win; 'amct', as AMCT does, also lets required\nfields be missing",
      "'strict'（默认）不允许字段重复或缺少必填字段；\n'merge' 以最后一次设置为准；'amct' 与 AMCT 一致，\n"
      "还允许缺少必填字段"},
     set_semantics},
    {"allow-unknown",
     "",
     in_every,
     {"skip fields that the format does not have, with a warning", "跳过格式中没有的字段，仅给出警告"},
     set_flag<&Options::allow_unknown>},
    {"no-int4",
     "",
     in_every,
     {"the target's AMCT cannot distil INT4: using it is an error", "目标 AMCT 不支持 INT4 蒸馏：使用 INT4 视为错误"},
     set_no_int4},
    {"max-errors",
     "N",
     in_every,
     {"show at most N errors and N warnings of each file; 0: all\n(default: 100)",
      "每个文件最多显示 N 个错误和 N 个警告；0 表示全部\n（默认 100）"},
     set_max_errors},
    {"lang", "en|zh", in_every, {"language of messages (default: en)", "消息的语言（默认 en）"}, set_language},
    {"color",
     "auto|always|never",
     in_every,
     {"color in what is shown; 'auto' (the default): on a\nterminal, unless NO_COLOR is set",
      "输出是否使用颜色；'auto'（默认）：仅在终端上\n使用，且未设置 NO_COLOR"},
     set_color},
    {"help", "", in_every, {"show this help", "显示本帮助"}, set_flag<&Options::help>},
    {"version", "", in_every, {"show the version", "显示版本"}, set_flag<&Options::version>},
};

// The candidate that `word` starts, or is at most two slips away from; empty: none.
class Guess {
 public:
  explicit Guess(std::string_view word) : word_(word) {}

  void consider(std::string_view candidate) {
    if (word_.empty()) return;
    const bool begun = word_.size() >= 2 && candidate.starts_with(word_);
    const unsigned slips = begun ? 1 : detail::distance(word_, candidate);
    if (slips < best_ && slips < candidate.size()) {
      best_ = slips;
      nearest_ = candidate;
    }
  }
  void consider_each_of(std::string_view choices) {
    for (std::size_t begin = 0; begin <= choices.size();) {
      const std::size_t end = std::min(choices.find('|', begin), choices.size());
      consider(choices.substr(begin, end - begin));
      begin = end + 1;
    }
  }

  // "; did you mean …?", or nothing.
  [[nodiscard]] Shown text(Literal prefix, Language language) const {
    if (nearest_.empty()) return {};
    return render::shown(render::words(language).did_you_mean,
                         render::shown("{}{}", prefix, render::display(nearest_)));
  }

 private:
  std::string_view word_;
  std::string_view nearest_;
  unsigned best_ = detail::unlike;
};

// Standard input or output.
bool is_stream(const char* path) noexcept { return std::string_view(path) == "-"; }

// What is read where a path is given; false: nothing that can be told.
bool describe_input(const char* path, struct stat& about) noexcept {
  return (is_stream(path) ? ::fstat(STDIN_FILENO, &about) : ::stat(path, &about)) == 0;
}

Shown shortened(std::string_view argument) { return render::display_shortened(argument, render::max_argument_columns); }

// Reads the command line; stops at the first mistake.
class ArgumentReader {
 public:
  explicit ArgumentReader(std::span<const char* const> arguments) : arguments_(arguments) {}

  Invocation read() {
    options_.language = language_asked_for();
    bool only_files = false;
    while (next_ < arguments_.size() && error_.empty()) {
      const char* const argument = arguments_[next_++];
      const std::string_view text = argument;
      if (only_files || text == "-" || !text.starts_with('-')) {
        take_word(argument);
      } else if (text == "--") {
        only_files = true;
      } else {
        take_option(text);
      }
    }
    if (error_.empty() && !options_.help && !options_.version) require_files();
    return {std::move(options_), std::move(error_)};
  }

 private:
  template <render::Safe... Arguments>
  void fail(Literal english, Literal chinese, const Arguments&... arguments) {
    error_ = render::shown(choose(options_.language, english, chinese), arguments...);
  }

  // The language must be known before the first mistake, wherever it stands.
  [[nodiscard]] Language language_asked_for() const {
    constexpr std::string_view option = "--lang";
    Language language = Language::en;
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      const std::string_view text = arguments_[i];
      if (text == "--") break;
      std::string_view value;
      if (text == option && i + 1 < arguments_.size()) value = arguments_[i + 1];
      if (text.starts_with(option) && text.size() > option.size() && text[option.size()] == '=') {
        value = text.substr(option.size() + 1);
      }
      if (value == "zh") language = Language::zh;
      if (value == "en") language = Language::en;
    }
    return language;
  }

  void take_word(const char* argument) {
    if (options_.command != Command::none) {
      options_.files.push_back(argument);
      return;
    }
    const std::string_view name = argument;
    const auto* const row =
        std::ranges::find_if(command_rows, [name](const CommandRow& each) { return each.name.view() == name; });
    if (row != std::end(command_rows)) {
      options_.command = row->command;
      return;
    }
    Guess guess(name);
    for (const CommandRow& other : command_rows) guess.consider(other.name.view());
    fail("unknown command '{}'{}", "未知的命令 '{}'{}", shortened(name), guess.text("", options_.language));
  }

  void take_option(std::string_view text) {
    if (text == "-h") text = "--help";
    if (text == "-o") text = "--output";
    const std::size_t equals = std::min(text.find('='), text.size());
    const std::string_view option = text.substr(0, equals);
    const std::string_view name = option.substr(std::min<std::size_t>(option.size(), 2));
    const OptionRow* const row = find_option(name);
    if (!option.starts_with("--") || row == nullptr) {
      refuse_option(option);
      return;
    }
    if (!row->belongs_to(options_.command)) {
      refuse_misplaced(*row);
      return;
    }

    std::optional<std::string_view> value;
    if (equals < text.size()) value = text.substr(equals + 1);
    if (row->value.empty()) {
      if (value.has_value()) {
        fail("'--{}' takes no value", "'--{}' 不带值", row->name);
        return;
      }
    } else if (!value.has_value()) {
      if (next_ == arguments_.size()) {
        fail("'--{}' lacks its value: {}", "'--{}' 缺少值：{}", row->name, row->value);
        return;
      }
      value = arguments_[next_++];
    }
    const std::string_view given = value.value_or("");
    if (!row->set(*row, options_, given)) refuse_value(*row, given);
  }

  // Commands may have different options of the same name.
  [[nodiscard]] const OptionRow* find_option(std::string_view name) const noexcept {
    const OptionRow* found = nullptr;
    for (const OptionRow& row : option_rows) {
      if (row.name.view() != name) continue;
      if (row.belongs_to(options_.command)) return &row;
      if (found == nullptr) found = &row;
    }
    return found;
  }

  // An option of another command.
  void refuse_misplaced(const OptionRow& row) {
    if (options_.command == Command::none) {
      fail("'--{}' must stand behind a command", "'--{}' 必须放在命令之后", row.name);
      return;
    }
    const auto* const owner =
        std::ranges::find_if(command_rows, [&row](const CommandRow& each) { return row.belongs_to(each.command); });
    fail("'--{}' is an option of '{}', not of '{}'", "'--{}' 是 '{}' 的选项，不是 '{}' 的选项", row.name, owner->name,
         row_of(options_.command)->name);
  }

  void refuse_option(std::string_view option) {
    Guess guess(option.substr(std::min(option.find_first_not_of('-'), option.size())));
    for (const OptionRow& row : option_rows) {
      if (row.belongs_to(options_.command)) guess.consider(row.name.view());
    }
    const Shown hint = guess.text("--", options_.language);
    if (options_.command == Command::none) {
      fail("unknown option '{}'{}", "未知的选项 '{}'{}", shortened(option), hint);
    } else {
      fail("'{2}' has no option '{0}'{1}", "'{2}' 没有选项 '{0}'{1}", shortened(option), hint,
           row_of(options_.command)->name);
    }
  }

  void refuse_value(const OptionRow& row, std::string_view value) {
    if (row.value == "N") {
      fail("'--{}' takes a number from 0 to 4294967295, not '{}'",
           "'--{}' 的值应为 0 到 4294967295 的整数，而不是 '{}'", row.name, shortened(value));
      return;
    }
    if (row.value == "MODEL" || row.value == "FILE") {
      fail("'--{}' takes the path of a file", "'--{}' 的值应为文件路径", row.name);
      return;
    }
    Guess guess(value);
    guess.consider_each_of(row.value.view());
    fail("'--{}' takes {}, not '{}'{}", "'--{}' 的值应为 {}，而不是 '{}'{}", row.name, row.value, shortened(value),
         guess.text("", options_.language));
  }

  void require_files() {
    const CommandRow* const row = row_of(options_.command);
    if (row == nullptr) {
      fail("no command given", "没有给出命令");
    } else if (options_.files.empty() && row->fewest_files > 0) {
      fail("no file given ('-' is standard input)", "没有给出文件（'-' 表示标准输入）");
    } else if (options_.files.size() < row->fewest_files) {
      if (options_.command == Command::explain) {
        fail("no layer given", "没有给出层");
      } else {
        fail("'{}' takes two files", "'{}' 需要两个文件", row->name);
      }
    } else if (options_.files.size() > row->most_files) {
      const Shown more = shortened(options_.files[row->most_files]);
      if (row->most_files == 1) {
        fail("'{}' takes one file, and '{}' is another", "'{}' 只接受一个文件，多出了 '{}'", row->name, more);
      } else {
        fail("'{}' takes two files, and '{}' is another", "'{}' 只接受两个文件，多出了 '{}'", row->name, more);
      }
    } else if (row->needs_model && options_.model == nullptr) {
      fail("'{}' needs the network: --model MODEL", "'{}' 需要网络描述：--model MODEL", row->name);
    } else if (times_standard_input_is_read() > 1) {
      fail("standard input ('-') can be read only once", "标准输入（'-'）只能读取一次");
    } else if (options_.command == Command::explain && names_an_empty_layer()) {
      fail("a layer's name is empty", "层名为空");
    } else if (const char* const input = input_that_is_replaced(); input != nullptr) {
      fail("'--output {}' would replace '{}', which is read", "'--output {}' 会覆盖所读取的 '{}'",
           shortened(options_.output), shortened(input));
    }
  }

  [[nodiscard]] bool names_an_empty_layer() const {
    return std::any_of(options_.files.begin() + 1, options_.files.end(),
                       [](const char* layer) { return *layer == '\0'; });
  }

  // The file among those that are read that the output would take the place of. Who has one has a model.
  [[nodiscard]] const char* input_that_is_replaced() const {
    struct stat output {};
    if (options_.output == nullptr || is_stream(options_.output) || ::stat(options_.output, &output) != 0 ||
        !S_ISREG(output.st_mode)) {
      return nullptr;
    }
    const auto is_output = [&output](const char* file) {
      struct stat input {};
      return describe_input(file, input) && is_same(input, output);
    };
    if (is_output(options_.model)) return options_.model;
    for (const char* const file : options_.files) {
      if (is_output(file)) return file;
    }
    return nullptr;
  }

  // What has been read of a pipe is gone, by whichever name it was read.
  [[nodiscard]] std::size_t times_standard_input_is_read() const {
    struct stat standard_input {};
    const bool is_pipe = ::fstat(STDIN_FILENO, &standard_input) == 0 && S_ISFIFO(standard_input.st_mode);
    const auto reads_it = [&](const char* path) {
      struct stat input {};
      return is_stream(path) || (is_pipe && ::stat(path, &input) == 0 && is_same(input, standard_input));
    };
    std::span<const char* const> files = options_.files;
    if (options_.command == Command::explain) files = files.first(1);
    const auto count = static_cast<std::size_t>(std::ranges::count_if(files, reads_it));
    return count + (options_.model != nullptr && reads_it(options_.model) ? 1 : 0);
  }

  std::span<const char* const> arguments_;
  std::size_t next_ = 0;
  Options options_;
  Shown error_;
};

void append_options(Shown& out, Command command, bool of_every_command, Language language) {
  constexpr std::size_t indent = 32;
  for (const OptionRow& row : option_rows) {
    if (!row.belongs_to(command) || (row.commands == in_every) != of_every_command) continue;
    Shown left = render::shown("  --{}", row.name);
    if (row.name == "help") left = Literal("  -h, --help");
    if (row.name == "output") left = Literal("  -o, --output");
    if (!row.value.empty()) left.append(" {}", row.value);
    if (left.size() >= indent) {
      out += left;
      out += "\n";
      left.clear();
    }
    std::string_view help = row.help.in(language).view();
    while (!help.empty()) {
      const std::size_t end = std::min(help.find('\n'), help.size());
      out.append("{:<{}}{}\n", left, indent, render::display(help.substr(0, end)));
      left.clear();
      help.remove_prefix(std::min(end + 1, help.size()));
    }
  }
}

}  // namespace

Invocation read_arguments(std::span<const char* const> arguments) { return ArgumentReader(arguments).read(); }

Literal command_name(Command command) { return row_of(command)->name; }

Shown help_text(Command command, Language language) {
  Shown out;
  const auto heading = [&out, language](Literal english, Literal chinese) {
    out.append("\n{}\n", choose(language, english, chinese));
  };
  const Literal usage = choose(language, "Usage", "用法");
  const Literal colon = render::words(language).colon;
  const CommandRow* const row = row_of(command);
  if (row != nullptr) {
    out.append("{}{}distillcfg {} [OPTION]... {}\n\n{}", usage, colon, row->name, row->files,
               row->description.in(language));
    heading("Options:", "选项：");
    append_options(out, command, false, language);
    append_options(out, command, true, language);
    heading("Examples:", "示例：");
    out += row->examples;
    return out;
  }
  out.append("{}{}distillcfg COMMAND [OPTION]... FILE...\n\n{}\n", usage, colon,
             choose(language,
                    "Reads AMCT's distillation configurations, quant.cfg, and says exactly what is wrong\n"
                    "with them and which quantisation every layer of a network gets.",
                    "读取 AMCT 的蒸馏简易配置文件 quant.cfg，准确指出其中的错误，以及网络中每一层的量化方式。"));
  heading("Commands:", "命令：");
  for (const CommandRow& each : command_rows) {
    out.append("  {:<9}{}\n", each.name, each.summary.in(language));
  }
  heading("Options of every command:", "所有命令的选项：");
  append_options(out, Command::none, true, language);
  heading("Exit status:", "退出码：");
  out += choose(language, "  0 nothing wrong, 1 the input has errors, 2 wrong usage, or reading or writing failed\n",
                "  0 没有错误，1 输入有错误，2 用法错误或读写失败\n");
  heading("Examples:", "示例：");
  out += "  distillcfg check quant.cfg\n  distillcfg check --help\n";
  return out;
}

}  // namespace distillcfg::cli
