# The front door. `make test` sets up all it needs on a fresh Debian 12 with a Swift 6.3 toolchain.

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
BUILD_PACKAGES := libwebsockets-dev libjansson-dev pkg-config
# Annoy comes as source.
TEST_PACKAGES := node-typescript python3-venv python3-dev g++ nodejs chromium chromium-driver curl systemd systemd-container debootstrap iproute2 openssl
# To build for arm64 and run what was built.
NEON_PACKAGES := gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
VENV := .venv
PYTHON_PACKAGES := numpy==2.2.6 hnswlib==0.8.0 faiss-cpu==1.15.1 voyager==2.2.3 usearch==2.26.6 annoy==1.17.3 \
  pytest==8.4.2 pytest-xdist==3.8.0 oxlint==1.89.0 websockets==15.0.1 selenium==4.36.0
# Where older files come from, and Chroma's: its module is called hnswlib as well.
OLDER_VENV := .venv-older
OLDER_PYTHON_PACKAGES := numpy==1.26.4 faiss-cpu==1.7.3 chroma-hnswlib==0.7.6
# What the map is compared with, and what judges it. It takes 600 MB, and only `make bench` wants it.
MAP_VENV := .venv-map
MAP_PYTHON_PACKAGES := umap-learn==0.5.12 scikit-learn==1.9.1 scipy==1.17.1 numba==0.68.1 numpy==2.4.6 hnswlib==0.8.0 \
  faiss-cpu==1.15.1
# What the fan-out to viewers is compared with, beside a SwiftNIO server.
FANOUT_VENV := .venv-fanout
FANOUT_PYTHON_PACKAGES := picows==2.3.1 websockets==17.4 uvloop==0.23.0
# Autobahn|Testsuite and what it ran on in its time.
PYTHON2 ?= python2.7
CONFORMANCE_FOLDER := .venv-conformance
CONFORMANCE_PACKAGES := autobahntestsuite==25.10.1 autobahn==0.10.9 twisted==20.3.0 txaio==2.1.0 klein==17.10.0 \
  werkzeug==0.16.1 jinja2==2.11.3 markupsafe==1.1.1 'setuptools<45'
# The Swift runtime is linked in, so that an installed service needs no toolchain.
RELEASE_FLAGS := -c release --static-swift-stdlib
SWIFT_FLAGS := --explicit-target-dependency-import-check error
# The linker that Swift takes otherwise stumbles over the sanitizers' symbols.
SANITIZED_SWIFT := ANNSCOPE_SANITIZED=1 swift
SANITIZED_FLAGS := --scratch-path .build-sanitized --sanitize address -Xswiftc -use-ld=lld $(SWIFT_FLAGS)
# What reads bytes from outside, or calls C; and all else.
SANITIZED_TESTS := WireProtocolTests SocketServiceTests TOMLTextTests IndexFilesTests VectorSearchTests
PLAIN_TESTS := MapLayoutTests IndexWatchingTests ViewerHubTests AnnscopeDaemonTests
# What has threads of its own, or is called by several: the targets, and which of their tests.
THREADED_TESTS := SocketServiceTests AnnscopeDaemonTests
THREADED_FILTER := ^SocketServiceTests\.|(WorkerPool|FilterMaker|MapStore|LayoutJob)Tests
THREADED_SWIFT := ANNSCOPE_TESTS="$(THREADED_TESTS)" swift
# Tells ThreadSanitizer what it can't see of Swift's Mutex.
THREADED_MUTEX := .build-threads/mutex.o
THREADED_FLAGS := --scratch-path .build-threads --sanitize thread -Xswiftc -use-ld=lld \
  -Xlinker $(CURDIR)/$(THREADED_MUTEX) $(SWIFT_FLAGS)
KERNEL_SOURCES := $(wildcard Tests/Kernels/*.c) $(wildcard Sources/CVectorKernels/*.c)
KERNEL_FLAGS := -Wall -Wextra -Werror -I Sources/CVectorKernels/include
KERNEL_OUTPUT := test-output/kernels
# Seconds for each family.
FUZZ_SECONDS ?= 60
FUZZ_FAMILIES ?= hnswlib faiss faiss-binary voyager chroma usearch annoy \
  message conversation http sidecar queries items filter npy recording toml tokens

PREFIX ?= /usr/local
UNITDIR ?= /etc/systemd/system
SYSUSERSDIR ?= /etc/sysusers.d
TMPFILESDIR ?= /etc/tmpfiles.d
# Where the unit looks.
CONFIGDIR := /etc/annscope
DESTDIR ?=
PROGRAM ?= .build/release/annscope

.PHONY: run bench conformance install uninstall build test test-build test-shipped test-end-to-end test-parts test-units test-neon
.PHONY: boot-path fonts screenshots lint-page test-sanitized sanitized-build test-threads fuzz fuzz-fixed fuzz-build fuzz-merge lint format clean prepare formats-table swift-there

run: build
	.build/release/annscope demo

build: prepare
	swift build $(RELEASE_FLAGS) --product annscope

# Installs what `make build` built: the program, the page, the demo, a configuration that serves the demo unless there is
# one, and what systemd wants.
install:
	@test -x $(PROGRAM) || { echo "run \`make build\` first"; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/annscope $(DESTDIR)$(CONFIGDIR) $(DESTDIR)$(UNITDIR) \
	  $(DESTDIR)$(SYSUSERSDIR) $(DESTDIR)$(TMPFILESDIR)
	install -s -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/annscope
	rm -rf $(DESTDIR)$(PREFIX)/share/annscope/web $(DESTDIR)$(PREFIX)/share/annscope/demo
	cp -R web $(DESTDIR)$(PREFIX)/share/annscope/web
	rm -rf $(addprefix $(DESTDIR)$(PREFIX)/share/annscope/web/,test screenshots)
	cp -R Sources/AnnscopeDaemon/Demo $(DESTDIR)$(PREFIX)/share/annscope/demo
	chmod -R u=rwX,go=rX $(DESTDIR)$(PREFIX)/share/annscope
	$(PROGRAM) default-config | sed 's|^#paths = .*|paths = ["$(PREFIX)/share/annscope/demo"]|' \
	  > $(DESTDIR)$(PREFIX)/share/annscope/annscope.toml
	chmod 644 $(DESTDIR)$(PREFIX)/share/annscope/annscope.toml
	test -e $(DESTDIR)$(CONFIGDIR)/annscope.toml || \
	  install -m 644 $(DESTDIR)$(PREFIX)/share/annscope/annscope.toml $(DESTDIR)$(CONFIGDIR)/annscope.toml
	for unit in service socket; do \
	  sed 's|@PREFIX@|$(PREFIX)|g' systemd/annscope.$$unit.in > $(DESTDIR)$(UNITDIR)/annscope.$$unit; \
	  chmod 644 $(DESTDIR)$(UNITDIR)/annscope.$$unit; done
	install -m 644 systemd/annscope.sysusers $(DESTDIR)$(SYSUSERSDIR)/annscope.conf
	install -m 644 systemd/annscope.tmpfiles $(DESTDIR)$(TMPFILESDIR)/annscope.conf
	if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then \
	  systemd-sysusers annscope.conf && systemd-tmpfiles --create annscope.conf && systemctl daemon-reload; fi

# Leaves a configuration that was changed, and tokens.
uninstall:
	! cmp -s $(DESTDIR)$(PREFIX)/share/annscope/annscope.toml $(DESTDIR)$(CONFIGDIR)/annscope.toml || \
	  rm $(DESTDIR)$(CONFIGDIR)/annscope.toml
	rm -f $(DESTDIR)$(PREFIX)/bin/annscope $(DESTDIR)$(UNITDIR)/annscope.service $(DESTDIR)$(UNITDIR)/annscope.socket \
	  $(DESTDIR)$(SYSUSERSDIR)/annscope.conf $(DESTDIR)$(TMPFILESDIR)/annscope.conf
	rm -rf $(DESTDIR)$(PREFIX)/share/annscope

# In two lanes: the end-to-end tests wait a lot, and all else computes, where it gets in nobody's way. They run what is
# shipped, which one of them builds anyway, and which computes many times as fast as what the unit tests run. Each unit test
# runs once, under AddressSanitizer where that has something to find.
test: PACKAGES := $(TEST_PACKAGES)
test: prepare lint
	$(MAKE) --no-print-directory -j 4 --output-sync=line test-shipped test-parts

# The page's types and habits: eslint's rules as oxlint knows them, which PyPI has.
lint-page: $(VENV)/.ready
	tsc -p Tests/Lint/tsconfig.json
	$(VENV)/bin/oxlint -c Tests/Lint/oxlint.json web

# The README's pictures; look at them before they are committed.
screenshots: PACKAGES := $(TEST_PACKAGES) pngquant
screenshots: build $(VENV)/.ready
	cd Tests/EndToEnd && ANNSCOPE_BINARY=$(CURDIR)/.build/release/annscope $(CURDIR)/$(VENV)/bin/python screenshots.py
	pngquant --force --ext .png web/screenshots/*.png

# Writes anew into web/index.html which modules the browser is told to load ahead.
boot-path:
	node web/test/boot-path.js --write

test-build:
	swift build $(RELEASE_FLAGS) --product annscope

# Two files at a time, in the order of their names. KEEP_PICTURES=1 has them leave pictures of the page in test-output.
test-end-to-end:
	ANNSCOPE_BINARY=$(CURDIR)/.build/release/annscope KEEP_PICTURES=1 $(VENV)/bin/python -m pytest -q -n 2 --dist loadgroup --no-loadscope-reorder \
	  Tests/EndToEnd

test-shipped: test-build $(VENV)/.ready $(OLDER_VENV)/.ready
	$(MAKE) --no-print-directory lint-page
	$(MAKE) --no-print-directory test-end-to-end

# Threads are tested with the help of Python. First what is not built in the folder that the release is being built in, which
# would have to wait.
test-parts: $(VENV)/.ready
	nice -n 19 $(MAKE) --no-print-directory test-sanitized
	nice -n 19 $(MAKE) --no-print-directory test-units ANNSCOPE_TESTS="$(PLAIN_TESTS)"
	nice -n 19 node --test web/test/*.test.js
	nice -n 19 $(MAKE) --no-print-directory test-neon
	nice -n 19 $(MAKE) --no-print-directory test-threads
	nice -n 19 $(MAKE) --no-print-directory fuzz-fixed

test-units:
	swift build $(SWIFT_FLAGS) --product annscopePackageTests
	swift test $(SWIFT_FLAGS) --skip-build --disable-xctest

# The distance kernels for arm64, in QEMU, and those for this machine under the sanitizers.
test-neon: PACKAGES := $(NEON_PACKAGES)
test-neon: prepare
	mkdir -p $(KERNEL_OUTPUT)
	aarch64-linux-gnu-gcc -O3 $(KERNEL_FLAGS) $(KERNEL_SOURCES) -lm -o $(KERNEL_OUTPUT)/check-arm64
	qemu-aarch64 -L /usr/aarch64-linux-gnu $(KERNEL_OUTPUT)/check-arm64
	clang -fuse-ld=lld -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all $(KERNEL_FLAGS) \
	  $(KERNEL_SOURCES) -lm -o $(KERNEL_OUTPUT)/check-sanitized
	$(KERNEL_OUTPUT)/check-sanitized

# Puts into the README what the tests find of each format.
formats-table: PACKAGES := $(TEST_PACKAGES)
formats-table: prepare $(VENV)/.ready $(OLDER_VENV)/.ready
	swift build $(SWIFT_FLAGS) --product annscope
	$(VENV)/bin/python -m pytest -q Tests/EndToEnd/test_formats.py --write-formats-table

# Unit tests under AddressSanitizer, which also finds leaks. No test is XCTest's, whose own `main` leaks.
test-sanitized: export ANNSCOPE_TESTS := $(SANITIZED_TESTS)
test-sanitized: sanitized-build
	ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/Sanitized/suppressions.txt \
	  $(SANITIZED_SWIFT) test $(SANITIZED_FLAGS) --skip-build --disable-xctest

sanitized-build: export ANNSCOPE_TESTS := $(SANITIZED_TESTS)
sanitized-build: swift-there
	$(SANITIZED_SWIFT) build $(SANITIZED_FLAGS) --product annscopePackageTests

# What has threads under ThreadSanitizer: its unit tests, and a daemon that does a bit of everything at once.
test-threads: swift-there $(VENV)/.ready $(THREADED_MUTEX)
	$(THREADED_SWIFT) build $(THREADED_FLAGS) --product annscopePackageTests
	TSAN_OPTIONS=exitcode=66 $(THREADED_SWIFT) test $(THREADED_FLAGS) --skip-build --disable-xctest \
	  --filter '$(THREADED_FILTER)'
	$(THREADED_SWIFT) build $(THREADED_FLAGS) --product annscope
	$(VENV)/bin/python Tests/Threads/smoke.py .build-threads/debug/annscope

$(THREADED_MUTEX): Tests/Threads/mutex.c
	mkdir -p $(@D)
	clang -Wall -Wextra -Werror -O1 -g -fPIC -c $< -o $@

# Reads made-up files and messages, two families at a time. An input that fails is kept in test-output/fuzz/.
fuzz: fuzz-build
	@printf '%s\n' $(FUZZ_FAMILIES) | xargs -P 2 -I{} Tests/Fuzz/fuzz.sh {} $(FUZZ_SECONDS)

# `--sanitize fuzzer` links libFuzzer; only both sanitizers in one option make Swift count the edges, too. What messages
# are read with is built unoptimised: that takes a quarter of the time, and they are short.
FUZZ_FLAGS := --sanitize fuzzer -Xswiftc -sanitize=address,fuzzer
FUZZ_BUILD := $(SANITIZED_SWIFT) build $(subst .build-sanitized,.build-fuzz,$(SANITIZED_FLAGS)) $(FUZZ_FLAGS)
fuzz-build: swift-there
	$(SANITIZED_SWIFT) build $(SANITIZED_FLAGS) $(FUZZ_FLAGS) -c release --product fuzz-readers
	$(FUZZ_BUILD) --product fuzz-messages

# Makes up the same inputs every time, so that a change is judged by what it changed and not by luck. Ten seconds for each
# family are too few for an optimised build to be worth its time.
fuzz-fixed: swift-there
	$(FUZZ_BUILD) --product fuzz-messages
	$(FUZZ_BUILD) --product fuzz-readers
	@printf '%s\n' $(FUZZ_FAMILIES) | xargs -P 2 -I{} Tests/Fuzz/fuzz.sh {} fixed

# Adds to the kept corpus what `make fuzz` found and what reaches code that the corpus does not.
fuzz-merge: fuzz-build
	@printf '%s\n' $(FUZZ_FAMILIES) | xargs -P 2 -I{} Tests/Fuzz/fuzz.sh {} merge

# Autobahn|Testsuite against the shipping SocketService. The suite is Python 2 code: PYTHON2 names one with pip.
conformance: PACKAGES :=
conformance: prepare
	@$(PYTHON2) -c 'import sys, pip; sys.exit(sys.version_info[:2] != (2, 7))' 2>/dev/null || { \
	  echo "Autobahn|Testsuite needs Python 2.7 with pip, and \`$(PYTHON2)\` is none: nothing was tested."; \
	  echo "Say where it is: make conformance PYTHON2=/path/to/python2.7"; exit 1; } >&2
	test -f $(CONFORMANCE_FOLDER)/.ready || { rm -rf $(CONFORMANCE_FOLDER) \
	  && $(PYTHON2) -m pip install -q --target $(CONFORMANCE_FOLDER) $(CONFORMANCE_PACKAGES) \
	  && touch $(CONFORMANCE_FOLDER)/zope/__init__.py $(CONFORMANCE_FOLDER)/.ready; }
	ANNSCOPE_CONFORMANCE=1 ANNSCOPE_TESTS= swift build $(RELEASE_FLAGS) --product echo-server
	python3 Tests/Conformance/conformance.py .build/release/echo-server $(PYTHON2) $(CONFORMANCE_FOLDER)

bench: PACKAGES := $(TEST_PACKAGES)
bench: build $(VENV)/.ready $(MAP_VENV)/.ready $(FANOUT_VENV)/.ready
	ANNSCOPE_BENCH=1 swift build $(RELEASE_FLAGS) --product bench-fanout
	swift build -c release --package-path Tests/Bench/fanout/NIOServer --scratch-path .build-nio
	ANNSCOPE_BENCH=1 swift build $(RELEASE_FLAGS) --product bench-readers
	ANNSCOPE_BENCH=1 swift build $(RELEASE_FLAGS) --product bench-search
	ANNSCOPE_BENCH=1 swift build $(RELEASE_FLAGS) --product bench-truth
	ANNSCOPE_BENCH=1 swift build $(RELEASE_FLAGS) --product bench-map
	$(VENV)/bin/python Tests/Bench/bench.py
	$(VENV)/bin/python Tests/Bench/bench_daemon.py
	$(VENV)/bin/python Tests/Bench/bench_page.py
	$(VENV)/bin/python Tests/Bench/bench_readers.py
	$(VENV)/bin/python Tests/Bench/bench_search.py
	$(VENV)/bin/python Tests/Bench/bench_truth.py
	$(MAP_VENV)/bin/python Tests/Bench/bench_map.py
	$(VENV)/bin/python Tests/Bench/bench_fanout.py

lint: swift-there
	swift format lint --strict -r Sources Tests Package.swift
	python3 Tests/Lint/check_imports.py

format: swift-there
	swift format -i -r Sources Tests Package.swift

clean:
	rm -rf .build .build-sanitized .build-fuzz .build-threads .build-nio $(VENV) $(OLDER_VENV) $(MAP_VENV) $(FANOUT_VENV) $(CONFORMANCE_FOLDER) \
	  test-output

swift-there:
	@command -v swift >/dev/null || { echo "Swift 6.3 is not on the PATH: install it from https://www.swift.org/install/linux/"; exit 1; }

# Installs only what is missing, so that a second run needs neither network nor sudo.
prepare: swift-there
	@missing=; for package in $(BUILD_PACKAGES) $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then echo "installing$$missing"; \
	  $(SUDO) apt-get update -q && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y $$missing; fi

$(VENV)/.ready: WANTED := $(PYTHON_PACKAGES)
$(OLDER_VENV)/.ready: WANTED := $(OLDER_PYTHON_PACKAGES)
$(MAP_VENV)/.ready: WANTED := $(MAP_PYTHON_PACKAGES)
$(FANOUT_VENV)/.ready: WANTED := $(FANOUT_PYTHON_PACKAGES)
$(VENV)/.ready $(OLDER_VENV)/.ready $(MAP_VENV)/.ready $(FANOUT_VENV)/.ready: Makefile
	python3 -m venv $(@D)
	$(@D)/bin/python -m pip install -q --disable-pip-version-check $(WANTED)
	touch $@

# The page's faces, cut down to Latin, arrows and the signs that the page uses. What it makes is committed: nobody has to run it.
FONT_PACKAGES := fonts-b612 fonts-inter-variable fonts-jetbrains-mono python3-fonttools python3-brotli
FONT_SUBSET := --unicodes=U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+2009-200A,U+2013-2014,U+2018-201E,U+2022,U+2026,U+202F,U+2032,U+2190-2193,U+2212,U+221A,U+2248,U+2260,U+2264-2265,U+00D7,U+25CB,U+25CF \
  --flavor=woff2 --layout-features='kern,liga,tnum,zero,calt,ccmp,mark'
fonts: PACKAGES := $(FONT_PACKAGES)
fonts: prepare
	mkdir -p web/fonts
	for face in Regular Bold; do /usr/bin/python3 -m fontTools.subset /usr/share/fonts/opentype/b612/B612-$$face.otf $(FONT_SUBSET) --output-file=web/fonts/b612-$$face.woff2; done
	/usr/bin/python3 -m fontTools varLib.instancer -q /usr/share/fonts/truetype/inter-vf/Inter-roman.var.ttf wght=400:700 -o web/fonts/inter.ttf
	/usr/bin/python3 -m fontTools.subset web/fonts/inter.ttf $(FONT_SUBSET) --output-file=web/fonts/inter.woff2
	rm web/fonts/inter.ttf
	/usr/bin/python3 -m fontTools.subset /usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf $(FONT_SUBSET) --output-file=web/fonts/jetbrains-mono.woff2
