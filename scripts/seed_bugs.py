#!/usr/bin/env python3
"""seed_bugs.py [OPTION...] [NAME...]

Puts the faults of tests/seeded_bugs/faults.txt into a copy of the library, one at a time, and says what
catches each: the tests of a plain build, those of a build with AddressSanitizer and
UndefinedBehaviorSanitizer, a minute of fuzzing or, of what only the small build compiles, its tests. NAME is
a fault's, or the start of its file's path; without one, all are tried. Fails unless each is caught.

  --check          only see that each fault can be put in, and that no .cpp file of src is without one
  --list           only print the faults
  --build FOLDER   where to copy and build (build/seeded)
  --workers N      how many faults are tried at once, each in a folder of its own (all processors)
  --seconds N      how long each fuzz target runs (60)
  --tests-only     without the sanitizers and without fuzzing

The checkout is not touched. What a fault's tests and fuzz targets printed stays in FOLDER/1/logs and so on.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FAULTS = 'tests/seeded_bugs/faults.txt'
FEWEST_FAULTS = 60

# What most likely catches a fault in a file, tried first, and the fuzz targets for it. The first row counts
# whose start the path has.
FIRST = [
    ('src/text/characters', ['every utf8', 'literals', 'lexer', 'schema'], ['lexer', 'parse']),
    ('src/text/lexer', ['lexer', 'parse'], ['lexer', 'parse']),
    ('src/text/literals', ['literals', 'parse'], ['lexer', 'parse']),
    ('src/text/numbers', ['numbers', 'print'], ['lexer', 'round_trip']),
    ('src/text/plain_values', ['numbers', 'parse'], ['parse', 'round_trip']),
    ('src/text/scan', ['lexer', 'print', 'names', 'parse', 'golden'], ['parse', 'round_trip']),
    ('src/text/shortest', ['shortest', 'config_json'], ['resolve']),
    ('src/text/similarity', ['similarity', 'golden'], ['parse']),
    ('src/recovery/', ['golden', 'recovery', 'parse', 'conformance'], ['parse']),
    ('src/skip_unknown', ['parse', 'golden', 'limits'], ['parse']),
    (('src/shapes', 'src/layouts'), ['shapes', 'ast'], ['parse', 'model']),
    ('src/model', ['golden', 'resolve', 'schema'], ['model']),
    ('src/print', ['print'], ['round_trip']),
    ('src/output', ['print', 'config_json'], ['round_trip']),
    ('src/validate', ['validate', 'golden'], ['resolve']),
    ('src/resolve/', ['resolve', 'groups', 'names', 'config_json', 'amct', 'golden', 'validate'],
     ['resolve', 'pipeline']),
    (('src/render/columns', 'src/render/difference', 'src/render/explanation', 'src/render/name_patterns',
      'src/render/res', 'src/render/rules', 'src/render/settings'),
     ['resolution_table', 'cli with a network', 'resolution schema', 'readme', 'render'], ['render']),
    ('src/render/sarif', ['sarif', 'cli'], ['render']),
    (('src/render/findings', 'src/render/gcc', 'src/render/json'), ['render', 'cli'], ['render']),
    ('src/render/', ['render', 'golden', 'amct_error', 'cli', 'cli with a network', 'resolution schema'],
     ['render']),
    ('src/cli/', ['cli', 'cli with a network', 'hostile input', 'hostile system'], []),
    ('src/schema', ['schema', 'ast', 'parse'], ['parse']),
    ('src/reporter', ['parse', 'limits', 'golden'], ['parse']),
    ('src/places', ['golden', 'validate', 'resolve'], ['resolve']),
    ('src/text_reader', ['memory', 'limits', 'parse'], ['parse']),
    ('src/memory', ['memory'], ['parse', 'pipeline']),
    ('src/heap', ['no_heap', 'memory'], ['parse']),
    ('src/list', ['list'], ['parse']),
    ('include/distillcfg/list', ['list', 'shapes'], ['parse', 'model']),
    ('include/distillcfg/memory', ['memory'], ['parse', 'pipeline']),
    ('include/distillcfg/re', ['resolve', 'render', 'golden'], ['resolve', 'render']),
    ('', ['parse', 'ast', 'memory', 'golden', 'limits'], ['parse', 'round_trip']),
]
# For all other tests: quick to build and run, and general.
THEN = ['parse', 'golden', 'ast', 'conformance', 'faults', 'memory', 'limits', 'validate', 'resolve', 'print', 'cli']
# These compile the library again, or take long.
LAST = ['fuzz corpus', 'three bytes', 'guard pages', 'paths', 'details', 'steps']
# These do not ask anything of the library that others do not, or look at the sources.
NEVER = ['seeded bugs', 'packaging', 'exporter', 'mutator', 'fuzz dictionary']

BUILDS = {
    'plain': ('g++', ['-Dbuildtype=plain', '-Doptimization=1', '-Dstatic_tool=disabled']),
    'sanitized': ('clang++-19', ['-Dbuildtype=plain', '-Doptimization=1', '-Dstatic_tool=disabled', '-Dfuzz=true',
                                 '-Db_sanitize=address,undefined', '-Db_lundef=false',
                                 '-Dcpp_args=-fno-sanitize-recover=all']),
    # What firmware has, and larger builds have not.
    'small': ('g++', ['-Dbuildtype=plain', '-Doptimization=1', '-Dstatic_tool=disabled', '-Drecovery=false',
                      '-Dfast_path=false', '-Dcpp_args=-DDISTILLCFG_PORTABLE']),
}


class Problem(Exception):
    """What keeps this script from doing its work."""


class Fault:
    def __init__(self, name):
        self.name = name
        self.file = self.kind = self.what = ''
        self.build = 'plain'
        self.old = []
        self.new = []

    def apply(self, text):
        """`text` with the fault in it."""
        old, new = '\n'.join(self.old), '\n'.join(self.new)
        found = text.count(old) if old else 0
        if found != 1:
            raise Problem(f'{self.name}: its text stands {found} times in {self.file}')
        if old == new:
            raise Problem(f'{self.name}: it changes nothing')
        return text.replace(old, new)


def read_faults():
    faults = []
    for number, line in enumerate((ROOT / FAULTS).read_text(encoding='utf-8').splitlines(), 1):
        key, colon, value = line.partition(': ')
        if not line or line.startswith('#'):
            continue
        if line.startswith('[') and line.endswith(']'):
            faults.append(Fault(line[1:-1]))
        elif faults and line[0] in '-+' and line[1:2] in ('', ' '):
            (faults[-1].old if line[0] == '-' else faults[-1].new).append(line[2:])
        elif faults and colon and key in ('file', 'kind', 'what', 'build'):
            setattr(faults[-1], key, value)
        else:
            raise Problem(f'{FAULTS}:{number}: not understood: {line}')
    return faults


def check(faults):
    """Raises Problem unless each fault can be put in, and they are spread over all files."""
    names = set()
    for fault in faults:
        if fault.name in names:
            raise Problem(f'{fault.name}: there are two of that name')
        names.add(fault.name)
        if not (fault.file and fault.kind and fault.what) or fault.build not in BUILDS:
            raise Problem(f'{fault.name}: file, kind or what is missing, or its build is unknown')
        if not (ROOT / fault.file).is_file():
            raise Problem(f'{fault.name}: there is no {fault.file}')
        fault.apply((ROOT / fault.file).read_text(encoding='utf-8'))
    if len(faults) < FEWEST_FAULTS:
        raise Problem(f'{len(faults)} faults are fewer than {FEWEST_FAULTS}')
    files = {fault.file for fault in faults}
    for source in sorted((ROOT / 'src').rglob('*.cpp')):
        if str(source.relative_to(ROOT)) not in files:
            raise Problem(f'no fault is put into {source.relative_to(ROOT)}')


def copy_tree(tree):
    """Copies what git knows of; files that are the same keep their times, so that little is built again."""
    listed = subprocess.run(['git', '-C', ROOT, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
                            stdout=subprocess.PIPE, check=True).stdout.decode().split('\0')
    wanted = {name for name in listed if name and (ROOT / name).is_file()}
    for name in wanted:
        source, target = ROOT / name, tree / name
        if target.is_file() and target.read_bytes() == source.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        shutil.copymode(source, target)
    for target in [path for path in tree.rglob('*') if path.is_file()]:
        if str(target.relative_to(tree)) not in wanted:
            target.unlink()


def run(command, log, timeout=None, **options):
    """Runs a command and all that it starts, at a low priority. Returns its status; None if it took too long."""
    log.write('$ ' + ' '.join(str(word) for word in command) + '\n')
    log.flush()
    with subprocess.Popen(['nice', *command], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                          start_new_session=True, **options) as process:
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


class Build:
    """A build folder for the copy of the tree, and its tests."""

    def __init__(self, name, folder, jobs):
        self.name = name
        self.tree = folder / 'tree'
        self.path = folder / name
        self.jobs = jobs
        self.times = {}
        log_path = folder / 'logs' / f'build-{name}.log'
        with open(log_path, 'w', encoding='utf-8') as log:
            if not (self.path / 'build.ninja').is_file():
                compiler, options = BUILDS[name]
                environment = dict(os.environ, CXX=compiler)
                if run(['meson', 'setup', self.path, self.tree, *options], log, env=environment) != 0:
                    raise Problem(f'the build {name} cannot be set up; see {log_path}')
            # All of it without any fault, to know how long it takes, and that it passes.
            print(f'building and testing without a fault: {name}', flush=True)
            if run(['ninja', '-C', self.path, f'-j{jobs}'], log) != 0:
                raise Problem(f'the build {name} fails without a fault; see {log_path}')
            introspection = self.path / 'meson-info'
            targets = {target['id']: target for target in json.loads((introspection / 'intro-targets.json').read_text())}
            self.tests = {}
            for test in json.loads((introspection / 'intro-tests.json').read_text()):
                if any(test['name'].startswith(never) for never in NEVER):
                    continue
                test['outputs'] = [os.path.relpath(output, self.path) for target in test['depends']
                                   for output in targets[target]['filename']]
                self.tests[test['name']] = test
            self.sound = {output: self.digest(output) for test in self.tests.values() for output in test['outputs']}
            for test in self.tests.values():
                start = time.monotonic()
                if self.run_test(test, log, 600) != 0:
                    raise Problem(f'{test["name"]} of the build {name} fails without a fault; see {log_path}')
                self.times[test['name']] = time.monotonic() - start

    def digest(self, output):
        return hashlib.sha256((self.path / output).read_bytes()).digest()

    def run_test(self, test, log, timeout):
        environment = dict(os.environ, **test['env'])
        environment.setdefault('UBSAN_OPTIONS', 'halt_on_error=1')
        return run(test['cmd'], log, timeout, cwd=test['workdir'] or self.path, env=environment)

    def compile(self, outputs, log):
        return run(['ninja', '-C', self.path, f'-j{self.jobs}', *outputs], log) == 0

    def in_order(self, first):
        """All tests, those first that are likely to fail."""
        def place(item):
            index, test = item
            name = test['name']
            late = [i for i, start in enumerate(LAST) if name.startswith(start)]
            if name in first:
                return 0, first.index(name), index
            if name in THEN:
                return 1, THEN.index(name), index
            return (3, late[0], index) if late else (2, index, 0)
        return [test for _, test in sorted(enumerate(self.tests.values()), key=place)]

    def caught_by(self, first, log):
        """The test that fails, or None. Raises Problem if there is nothing to run."""
        for test in self.in_order(first):
            if not self.compile(test['outputs'], log):
                raise Problem('does not compile')
            # Programs that are the same bytes as without the fault do the same.
            if all(self.digest(output) == self.sound[output] for output in test['outputs']):
                continue
            limit = 30 + 10 * self.times[test['name']]
            status = self.run_test(test, log, limit)
            if status is None:
                # Either it does not end, or the machine had other things to do.
                status = self.run_test(test, log, 5 * limit)
            if status != 0:
                return test['name'] + (' (which did not end)' if status is None else '')
        return None

    def fuzz(self, target, seconds, log):
        """Whether fuzzing finds something."""
        program = f'fuzz/{target}_fuzzer'
        if not self.compile([program], log):
            raise Problem('does not compile')
        corpus = self.path / 'fuzz' / 'corpus' / target
        shutil.rmtree(corpus, ignore_errors=True)
        corpus.mkdir(parents=True)
        seeds = [path for path in (self.tree / 'fuzz/corpus' / target, self.tree / 'fuzz/corpus/parse') if path.is_dir()]
        return run([self.path / program, f'-max_total_time={seconds}', '-max_len=4096', '-timeout=10',
                    f'-artifact_prefix={self.path}/fuzz/', f'-dict={self.tree}/fuzz/distillcfg.dict', corpus, seeds[0]],
                   log, seconds + 300, cwd=self.path) != 0


class Seeder:
    """Tries one fault after another in a folder of its own."""

    def __init__(self, arguments, folder, jobs):
        self.arguments = arguments
        self.folder = folder
        self.jobs = jobs
        (self.folder / 'logs').mkdir(parents=True, exist_ok=True)
        self.tree = self.folder / 'tree'
        copy_tree(self.tree)
        self.builds = {}

    def build(self, name):
        if name not in self.builds:
            self.builds[name] = Build(name, self.folder, self.jobs)
        return self.builds[name]

    def try_fault(self, fault):
        """What caught the fault: 'tests' or 'fuzzing', and which; or None."""
        first, targets = next((tests, fuzz) for start, tests, fuzz in FIRST if fault.file.startswith(start))
        names = [fault.build] if fault.build != 'plain' or self.arguments.tests_only else ['plain', 'sanitized']
        path = self.tree / fault.file
        sound = path.read_text(encoding='utf-8')
        with open(self.folder / 'logs' / f'{fault.name}.log', 'w', encoding='utf-8') as log:
            for name in names:
                build = self.build(name)
                try:
                    path.write_text(fault.apply(sound), encoding='utf-8')
                    caught = build.caught_by(first, log)
                    if caught is not None:
                        return 'tests', caught if name == names[0] else f'{caught} of the build {name}'
                    if name != 'sanitized':
                        continue
                    for target in targets:
                        if build.fuzz(target, self.arguments.seconds, log):
                            return 'fuzzing', target
                finally:
                    path.write_text(sound, encoding='utf-8')
        return None, None

    def report(self, fault):
        """As try_fault, and says it."""
        self.build(fault.build)
        start = time.monotonic()
        try:
            means, by = self.try_fault(fault)
        except Problem as problem:
            means, by = None, str(problem)
        says = f'caught by {by}' if means == 'tests' else f'caught by fuzzing {by}' if means else 'NOT CAUGHT'
        if means is None and by is not None:
            says += f': {by}'
        print(f'{fault.name} ({fault.file}): {says} ({time.monotonic() - start:.0f} s)', flush=True)
        return means


def try_all(arguments, faults):
    """Tries all faults, several at once, and says what caught how many. 0 if each was caught."""
    processors = os.cpu_count()
    workers = max(1, min(arguments.workers, len(faults)))
    waiting = queue.SimpleQueue()
    for fault in faults:
        waiting.put(fault)

    def work(worker):
        seeder = Seeder(arguments, pathlib.Path(arguments.build).resolve() / str(worker), max(1, processors // workers))
        caught = collections.Counter()
        try:
            while True:
                caught[seeder.report(waiting.get_nowait())] += 1
        except queue.Empty:
            return caught

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        caught = sum(pool.map(work, range(1, workers + 1)), collections.Counter())
    print(f'{len(faults)} faults: {caught["tests"]} caught by tests, {caught["fuzzing"]} by fuzzing, '
          f'{caught[None]} not caught')
    return 0 if caught[None] == 0 else 1


def main():
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument('names', nargs='*')
    parser.add_argument('--check', action='store_true')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--build', default=ROOT / 'build/seeded')
    parser.add_argument('--workers', type=int, default=os.cpu_count())
    parser.add_argument('--seconds', type=int, default=60)
    parser.add_argument('--tests-only', action='store_true')
    parser.add_argument('-h', '--help', action='help')
    arguments = parser.parse_args()
    try:
        faults = read_faults()
        check(faults)
        if arguments.names:
            for name in arguments.names:
                if not any(fault.name == name or fault.file.startswith(name) for fault in faults):
                    raise Problem(f'there is no fault {name}')
            faults = [fault for fault in faults
                      if any(fault.name == name or fault.file.startswith(name) for name in arguments.names)]
        if arguments.list:
            for fault in faults:
                print(f'{fault.file}: {fault.name} ({fault.kind}): {fault.what}')
        elif arguments.check:
            print(f'{len(faults)} faults can be put in')
        else:
            return try_all(arguments, faults)
    except Problem as problem:
        print(f'seed_bugs.py: {problem}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
