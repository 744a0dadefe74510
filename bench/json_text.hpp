// The data of a configuration as JSON, for JSON parsers to be compared with.
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace distillcfg::bench {

// The fields that are set, by their names; enumerators by theirs; indented by two spaces, as Python's
// json.dumps(indent=2) does.
[[nodiscard]] std::string json_text(const google::protobuf::Message& message);

}  // namespace distillcfg::bench
