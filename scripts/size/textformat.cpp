// Reads standard input as a quant.cfg with libprotobuf, and says whether it is one.
#include <google/protobuf/text_format.h>

#include <cstdio>
#include <string>

#include "quant.pb.h"

int main() {
  static char text[1 << 20];
  const std::size_t size = std::fread(text, 1, sizeof text, stdin);
  AMCTPytorchDistillProto::AMCTDistillConfig config;
  return google::protobuf::TextFormat::ParseFromString(std::string(text, size), &config) ? 0 : 1;
}
