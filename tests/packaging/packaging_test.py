#!/usr/bin/env python3
"""packaging_test.py --build DIR -- COMPILER [FLAG...]

Installs the build directory DIR under a temporary prefix and uses what stands there as other
projects would: through pkg-config, through CMake, and, for the core, without any C++ library.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
EXAMPLE = ROOT / 'examples' / 'cortex-m'
HEADERS = ROOT / 'include' / 'distillcfg'

# What the core may ask of others: the memory functions that compilers call by themselves, helpers of
# libgcc or compiler-rt such as __popcountdi2, and the heap in heap.o alone. So no string functions, no
# locale, no guards of static variables.
ALLOWED = re.compile(r'memcpy|memmove|memset|memcmp|__[a-z]+[sdt]i[23]|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_')
HEAP = re.compile(r'_Zn[wa]\w*|_Zd[la]\w*|_ZSt7nothrow')


def run(*command, **options):
    print('+', ' '.join(str(word) for word in command), flush=True)
    return subprocess.run([str(word) for word in command], check=True, **options)


def output(*command, **options):
    return run(*command, stdout=subprocess.PIPE, text=True, **options).stdout


def install(build, stage):
    """Returns the prefix."""
    run('meson', 'install', '-C', build, '--no-rebuild', '--quiet', '--destdir', stage)
    packages = list(stage.rglob('distillcfg.pc'))
    assert len(packages) == 1, packages
    prefix = re.search(r'^prefix=(.*)$', packages[0].read_text(), re.MULTILINE).group(1)
    return stage / prefix.lstrip('/'), packages[0].parent


def check_headers(prefix):
    installed = sorted(path.name for path in (prefix / 'include' / 'distillcfg').iterdir())
    ours = sorted(path.name for path in HEADERS.iterdir())
    assert installed == ours, (installed, ours)


def check_symbols(archive):
    """The core needs no library but what every compiler takes for granted."""
    defined, wanted = set(), {}
    member = ''
    for line in output('nm', '-P', archive).splitlines():
        if line.endswith(':'):
            member = line
        elif line:
            name, kind = line.split()[:2]
            if kind in 'Uwv':
                wanted.setdefault(name, set()).add(member)
            else:
                defined.add(name)
    for name, members in sorted(wanted.items()):
        from_heap = HEAP.fullmatch(name) and all('heap.cpp' in member for member in members)
        if name not in defined and not ALLOWED.fullmatch(name) and not from_heap:
            sys.exit(f'the core needs {name}, in {", ".join(members)}')


def check_embedded(compiler, prefix, archive, scratch):
    program = scratch / 'embedded'
    run(*compiler, '-std=c++20', '-Os', '-fno-exceptions', '-fno-rtti', f'-I{prefix}/include', HERE / 'embedded.cpp',
        archive, '-Wl,--gc-sections', '-nodefaultlibs', '-lc', '-lgcc', '-o', program)
    run(program)


def check_freestanding(compiler, prefix, archive, scratch):
    """No C library at all: nothing but the memory functions, and what the compiler brings along."""
    run(*compiler, '-std=c++20', '-Os', '-fno-exceptions', '-fno-rtti', '-ffreestanding', '-fno-builtin',
        '-fno-stack-protector', f'-I{prefix}/include', HERE / 'embedded.cpp', EXAMPLE / 'memory_functions.cpp', archive,
        '-nostdlib', '-static', '-Wl,--gc-sections', '-Wl,--entry=run', '-lgcc', '-o', scratch / 'freestanding')


def check_consumer(program):
    message = output(program)
    assert 'batch_nun' in message, message


def check_pkg_config(compiler, prefix, packages, scratch):
    # Nothing but what was installed: who links the archives needs no other package.
    environment = dict(os.environ, PKG_CONFIG_LIBDIR=str(packages))
    environment.pop('PKG_CONFIG_PATH', None)
    define = '--define-variable=prefix=' + str(prefix)

    def flags(what):
        return output('pkg-config', define, what, 'distillcfg-render', env=environment).split()

    program = scratch / 'consumer'
    run(*compiler, '-std=c++20', *flags('--cflags'), HERE / 'consumer.cpp', *flags('--libs'), '-o', program)
    check_consumer(program)


def check_cmake(compiler, prefix, build):
    run('cmake', '-G', 'Ninja', '-S', HERE, '-B', build, f'-DCMAKE_PREFIX_PATH={prefix}', f'-DCMAKE_CXX_COMPILER={compiler[0]}',
        '-DCMAKE_CXX_FLAGS=' + ' '.join(compiler[1:]))
    run('cmake', '--build', build)
    check_consumer(build / 'consumer')


def check_cmake_components(package, scratch):
    project = scratch / 'components'
    project.mkdir()
    (project / 'CMakeLists.txt').write_text(
        'cmake_minimum_required(VERSION 3.20)\n'
        'project(components NONE)\n'
        'find_package(distillcfg 0.1 REQUIRED COMPONENTS distillcfg OPTIONAL_COMPONENTS render paint)\n'
        'foreach(component distillcfg render paint)\n'
        '  message("${component}: ${distillcfg_${component}_FOUND}")\n'
        'endforeach()\n'
    )
    said = output('cmake', '-G', 'Ninja', '-S', project, '-B', project / 'build', f'-Ddistillcfg_DIR={package}',
                  stderr=subprocess.STDOUT)
    assert 'distillcfg: TRUE\nrender: TRUE\npaint: FALSE\n' in said, said


def check_subproject(scratch):
    """As README.md says, in a project that compiles its sources together: ours cannot be."""
    project = scratch / 'project'
    (project / 'subprojects').mkdir(parents=True)
    (project / 'subprojects' / 'distillcfg').symlink_to(ROOT)
    (project / 'meson.build').write_text(
        "project('project', 'cpp', default_options: 'cpp_std=c++20')\n"
        "distillcfg = subproject('distillcfg', default_options: ['tests=false', 'tool=false'])\n"
        f"executable('program', '{HERE.relative_to(ROOT)}/consumer.cpp',"
        " dependencies: distillcfg.get_variable('render_dep'))\n"
    )
    consumer = project / HERE.relative_to(ROOT) / 'consumer.cpp'
    consumer.parent.mkdir(parents=True)
    shutil.copy(HERE / 'consumer.cpp', consumer)
    run('meson', 'setup', '--unity', 'on', project, scratch / 'subproject')
    compiled = [command['file'] for command in json.loads((scratch / 'subproject' / 'compile_commands.json').read_text())]
    together = [file for file in compiled if 'unity' in pathlib.Path(file).name]
    assert all('program' in file for file in together), together
    assert len(compiled) > 20, compiled


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    parser.add_argument('compiler', nargs='+')
    arguments = parser.parse_args()
    compiler = arguments.compiler
    for tool in ('pkg-config', 'cmake', 'nm'):
        if shutil.which(tool) is None:
            print('skipped:', tool, 'is not installed')
            return 77
    with tempfile.TemporaryDirectory() as directory:
        scratch = pathlib.Path(directory)
        prefix, packages = install(arguments.build, scratch / 'stage')
        archive = packages.parent / 'libdistillcfg.a'
        check_headers(prefix)
        check_symbols(archive)
        check_embedded(compiler, prefix, archive, scratch)
        check_freestanding(compiler, prefix, archive, scratch)
        check_pkg_config(compiler, prefix, packages, scratch)
        check_cmake(compiler, prefix, scratch / 'cmake')
        check_cmake_components(packages.parent / 'cmake' / 'distillcfg', scratch)
        check_subproject(scratch)
        # As where /lib is a link to /usr/lib.
        linked = scratch / 'linked'
        linked.mkdir()
        lib = packages.relative_to(prefix).parts[0]
        (linked / lib).symlink_to(prefix / lib)
        check_cmake(compiler, linked, scratch / 'cmake-linked')
    return 0


if __name__ == '__main__':
    sys.exit(main())
