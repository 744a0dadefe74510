// A network for inputs that have none, or one that is refused.
#pragma once

#include <string_view>

namespace distillcfg::fuzz {

// Its names are those that the dictionary and the mutator know.
inline constexpr std::string_view known_model =
    "module { name: 'conv1' type: 'Conv2d' } module { name: 'bn1' type: 'BatchNorm2d' }\n"
    "module { name: 'a' type: 'Linear' weight_id: 'w' } module { name: 'b' type: 'ConvTranspose1d' weight_id: 'w' }\n"
    "module { name: 'conv2' type: 'Conv2d' } module { name: 'version.1' type: 'ReLU' }\n"
    "module { name: 'batch_num' type: 'Conv2d' } module { name: 'fc' type: 'Linear' }\n"
    "node { name: 'conv1' op_type: 'Conv' module_name: 'conv1' output { consumer: 1 } }\n"
    "node { name: 'bn1' op_type: 'BatchNormalization' module_name: 'bn1' output { consumer: [2, 3] } }\n"
    "node { name: 'conv2' op_type: 'Conv' module_name: 'conv2' output { consumer: 4 } }\n"
    "node { name: 'a' op_type: 'Gemm' module_name: 'a' output { consumer: 4 } }\n"
    "node { name: 'batch_num' op_type: 'Conv' module_name: 'batch_num' output { consumer: 5 } }\n"
    "node { name: '/Relu' op_type: 'Relu' output { consumer: 6 } }\n"
    "node { name: 'fc' op_type: 'MatMul' module_name: 'fc' output { graph_output: 0 } } graph_output: 'conv1'\n";

}  // namespace distillcfg::fuzz
