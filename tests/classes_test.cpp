// Each class of modules and each operator that AMCT goes by the name of, and what is near to them.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

#include "support/networks.hpp"

using namespace distillcfg;
using namespace distillcfg::test;

TEST_CASE("each class of AMCT's own makes a network one that was quantised before") {
  const auto codes = [](std::string_view type) {
    return Case("", module_text("conv", "Conv2d") + module_text("m", type)).codes();
  };
  for (const std::string_view type :
       {"IFMR", "HFMG", "Recorder", "AscendQuant", "AscendDeQuant", "RetrainQuant", "RNNRetrainQuant",
        "MarkedQuantizableModule", "QuantIdentity", "SelectiveMaskGen", "DMQBalancer", "Conv2dQAT", "LinearQAT",
        "LSTMQAT", "GRUQAT", "OFMRQuant", "ConvTranspose1dQAT"}) {
    CAPTURE(type);
    CHECK(codes(type) == Codes{Code::quantizer_in_model});
  }
  for (const std::string_view type : {"ifmr", "Conv2d", "GRU", "AscendQuantize", ""}) {
    CAPTURE(type);
    CHECK(codes(type).empty());
  }
}

TEST_CASE("each class that may share its weight with a layer") {
  const auto is_layer = [](std::string_view owner) {
    const Case all("", module_text("conv", "Conv2d", "weight_id: 'w'") + module_text("m", owner, "weight_id: 'w'") +
                           module_text("fc", "Linear") + own_node("conv", "Conv", {}) + own_node("fc", "Gemm", {}));
    return all.layers() == Names{"conv", "fc"};
  };
  for (const std::string_view owner :
       {"Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "Linear"}) {
    CAPTURE(owner);
    CHECK_FALSE(is_layer(owner));
  }
  for (const std::string_view owner : {"Conv1d", "Embedding", "LazyLinear", "conv2d"}) {
    CAPTURE(owner);
    CHECK(is_layer(owner));
  }
}

TEST_CASE("each class that may stand in a group") {
  const auto is_sound = [](std::string_view type) {
    return Case(group("conv", "m"), module_text("conv", "Conv2d") + module_text("m", type) +
                                        own_node("conv", "Conv", {1}) + own_node("m", "Op", {}))
        .resolution->ok();
  };
  for (const std::string_view type :
       {"Conv2d", "Linear", "BatchNorm2d", "ReLU", "LeakyReLU", "Sigmoid", "Tanh", "Softmax"}) {
    CAPTURE(type);
    CHECK(is_sound(type));
  }
  for (const std::string_view type : {"ReLU6", "BatchNorm1d", "LogSoftmax", "tanh", "Identity"}) {
    CAPTURE(type);
    CHECK_FALSE(is_sound(type));
  }
}

TEST_CASE("each operator that AMCT takes along behind a layer") {
  const auto groups = [](std::string_view op) {
    return Case("", module_text("conv", "Conv2d") + module_text("m", "Module") + own_node("conv", "Conv", {1}) +
                        own_node("m", op, {}))
        .groups();
  };
  for (const std::string_view op : {"Relu", "LeakyRelu", "Sigmoid", "Tanh", "Softmax"}) {
    CAPTURE(op);
    CHECK(groups(op) == Names{"conv m"});
  }
  for (const std::string_view op : {"relu", "Clip", "LogSoftmax", "Elu", ""}) {
    CAPTURE(op);
    CHECK(groups(op) == Names{"conv"});
  }
}

TEST_CASE("the weight of a MatMul has two dimensions") {
  for (const auto& [rank, is_layer] : {std::pair{0, false}, {1, false}, {2, true}, {3, false}}) {
    CAPTURE(rank);
    const Case all("", module_text("fc", "Linear") + module_text("conv", "Conv2d") + own_node("conv", "Conv", {}) +
                           own_node("fc", "MatMul", {}, "weight_rank: " + std::to_string(rank)));
    CHECK(all.layers() == (is_layer ? Names{"fc", "conv"} : Names{"conv"}));
  }
}
