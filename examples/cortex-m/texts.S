// The texts in flash, each with 64 (source_padding) zero bytes behind it.
    .macro text name, file
    .section .rodata.\name, "a"
    .global \name, \name\()_end
\name:
    .incbin "\file"
\name\()_end:
    .zero 64
    .endm

    text quant_cfg, "examples/quant.cfg"
    text mistakes_cfg, "examples/mistakes.cfg"
