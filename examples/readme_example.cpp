#include <cstdio>

#include "distillcfg/distillcfg.hpp"

int main() {
  using namespace distillcfg;
  const Document document = parse("batch_num: 2\nquant_skip_layer: 'fc'\n");
  const auto to_stdout = [](void*, const char* data, std::size_t size) {
    return std::fwrite(data, 1, size, stdout) == size;
  };
  if (!render_text(document.diagnostics(), "quant.cfg", document.text(), {}, {to_stdout, nullptr}).ok()) return 1;
  std::printf("accepted: %s, batch_num: %u\n", document.ok() ? "yes" : "no", document.config().batch_num.value);
}
