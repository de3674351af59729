# The targets beyond building: checks, reports, gates. `make help` prints what
# stands behind the ##.

JOBS     ?= $(shell nproc 2>/dev/null || echo 2)
FUZZ_S   ?= 10
PYTHON   := /usr/bin/python3
REPORT   := $(BUILD)/report
TRACE    := $(BUILD)/trace
LOGS     := $(BUILD)/logs
# A second make, because the first has read its variables before the set-up.
AGAIN     = $(MAKE) --no-print-directory $(if $(V),,--silent) $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))
TIDIED   := $(patsubst %.c,$(BUILD)/tidy/%,$(call sources,ci spec spec/* conformance \
            conformance/* reference reference/* mocks mocks/*))
HEADERS  := $(wildcard ci/*.h $(foreach depth,/ /*/ /*/*/,$(foreach top,spec conformance reference mocks,$(top)$(depth)*.h)))
FUZZERS  := $(patsubst %.c,$(BUILD)/%,$(call sources,reference/fuzz conformance/fuzz mocks/fuzz))

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile ci/targets.mk
	@echo "  SANITIZE=address,undefined  CC=clang  BUILD=…  PREFIX=…  FUZZ_S=10  JOBS=2  DEEP=1  V=1"

# With sanitizers the kill matrix is slow, and would be no other; its verdicts come
# from the code that the tests have run.
check: $(BUILD)/.setup-all ## run every test; fail if COVERAGE.md is stale
	+@$(AGAIN) programs tests $(BUILD)/ci/requirements_json
	@JOBS=$(JOBS) ci/checks $(LOGS) $(CHECKS)
	+@$(AGAIN) $(if $(SANITIZE),run-on-nodes,trace)
	@$(if $(SANITIZE),,ci/coverage_md --check $(TRACE))
	@cat $(LOGS)/summary

certify: $(BUILD)/.setup ## run every criterion against the reference over the network
	+@$(AGAIN) programs
	@mkdir -p $(REPORT)
	@status=0; $(BUILD)/wsconform run --reference --ndjson $(REPORT)/run.ndjson \
	    --json $(REPORT)/run.json --junit $(REPORT)/junit.xml --html $(REPORT)/run.html || status=$$?; \
	$(BUILD)/wsconform run --reference --profile rooms --nodes 3 \
	    --ndjson $(REPORT)/nodes.ndjson --json $(REPORT)/nodes.json \
	    --junit $(REPORT)/nodes.xml --html $(REPORT)/nodes.html || status=$$?; \
	$(BUILD)/wsconform run --reference --profile signals --tls \
	    --ndjson $(REPORT)/tls.ndjson --json $(REPORT)/tls.json \
	    --junit $(REPORT)/tls.xml --html $(REPORT)/tls.html || status=$$?; \
	$(CERTIFICATE) || status=$$?; \
	echo "to read: $(REPORT)/run.html, on three nodes $(REPORT)/nodes.html, with TLS $(REPORT)/tls.html"; \
	echo "reports: $(REPORT)/run.ndjson $(REPORT)/run.json $(REPORT)/junit.xml," \
	    "on three nodes $(REPORT)/nodes.ndjson $(REPORT)/nodes.json $(REPORT)/nodes.xml," \
	    "with TLS $(REPORT)/tls.ndjson $(REPORT)/tls.json $(REPORT)/tls.xml"; \
	exit $$status

# Of the first of them, with a key that is worth nothing; there is none where a
# run is not green.
CERTIFICATE = rm -rf $(REPORT)/certificate $(REPORT)/key $(REPORT)/key.pub; \
	test $$status -ne 0 || { \
	    $(BUILD)/wsconform keygen --out $(REPORT)/key >$(REPORT)/key.out && \
	    $(BUILD)/wsconform certify --from $(REPORT)/run.ndjson --allow-dirty \
	        --key $(REPORT)/key --out $(REPORT)/certificate && \
	    $(BUILD)/wsconform verify $(REPORT)/certificate --allow-dirty \
	        --key $(REPORT)/key.pub >$(REPORT)/certificate.out; }

mutants: $(BUILD)/.setup ## break the reference one decision at a time: the kill matrix
	+@$(AGAIN) programs
	$(BUILD)/wsconform mutants

manual: programs ## write spec/MANIFEST.md's list of members anew
	@sed '/^### /,$$d' spec/MANIFEST.md | sed '$$d' >$(BUILD)/manual.md
	@$(BUILD)/wsconform explain manifest >>$(BUILD)/manual.md
	@cp $(BUILD)/manual.md spec/MANIFEST.md

# What COVERAGE.md is made of; a run that is not green leaves none.
trace: runs $(BUILD)/ci/requirements_json
	@mkdir -p $(TRACE)
	@$(BUILD)/ci/requirements_json >$(TRACE)/requirements.json
	@$(BUILD)/wsconform list --json >$(TRACE)/list.json
	@$(BUILD)/wsconform mutants --json >$(TRACE)/mutants.json

# The whole catalogue, in memory and over the network, on one node and three.
RUN = $(BUILD)/wsconform run $(1) --json $(TRACE)/$(2).json >$(TRACE)/$(2).out || \
          { tail -n 80 $(TRACE)/$(2).out; exit 1; }
runs: run-on-nodes
	@$(call RUN,--mock,memory)
	@$(call RUN,--reference,network)
	@$(call RUN,--reference --profile rooms --nodes 3,network-nodes)
	@$(call RUN,--reference --profile signals --tls --only 'plain_*',network-tls)

# What the tests do not ask: check_catalogue knows one node.
run-on-nodes: programs
	@mkdir -p $(TRACE)
	@$(call RUN,--mock --profile rooms --nodes 3,memory-nodes)

coverage: $(BUILD)/.setup-all ## measure lines and branches, raise the floor, write COVERAGE.md
	@$(MAKE) --no-print-directory COVERAGE=1 BUILD=$(BUILD)-coverage measure
	@ci/coverage_floor --raise $(BUILD)-coverage/gcovr.json
	+@$(AGAIN) trace
	@ci/coverage_md --write $(TRACE)

coverage-check: $(BUILD)/.setup-all ## measure, and fail below ci/coverage.floor
	@$(MAKE) --no-print-directory COVERAGE=1 BUILD=$(BUILD)-coverage measure
	@ci/coverage_floor $(BUILD)-coverage/gcovr.json

# The catalogue is run by the matrix, broken and sound; once is enough to count.
measure:
	+@$(AGAIN) programs tests $(BUILD)/ci/requirements_json
	@find $(BUILD) -name "*.gcda" -delete; mkdir -p $(BUILD)/coverage
	@JOBS=$(JOBS) ci/checks $(LOGS) $(filter-out %/check_catalogue %/check_reasons,$(CHECKS))
	+@$(AGAIN) run-on-nodes
	@$(BUILD)/wsconform mutants --named >$(TRACE)/mutants.out || { cat $(TRACE)/mutants.out; exit 1; }
	@gcovr --root . --object-directory $(BUILD) -j $(JOBS) --exclude '.*/(tests|fuzz)/.*' \
	    --exclude 'ci/.*' --exclude-unreachable-branches \
	    --json-summary $(BUILD)/gcovr.json --html-details $(BUILD)/coverage/index.html $(BUILD)

lint: $(BUILD)/.setup-all ## formatting, clang's warnings, static analysis, banned calls, sizes, shell
	@find spec conformance reference mocks ci -name '*.[ch]' -print0 | \
	    xargs -0 clang-format --dry-run -Werror
	@ci/rules
	@shellcheck $$(grep -rl '^#!/bin/sh' ci .ci)
	+@$(AGAIN) --silent tidy
tidy: $(TIDIED)
# Clang's own warnings count as well. The analyser does not see that an assertion of
# Check does not return; it follows fewer paths than it would by itself, in a sixth
# of the time: DEEP=1, all.
SHALLOW   = $(if $(DEEP),,$(addprefix --extra-arg=,-Xclang -analyzer-config -Xclang max-nodes=15000))
$(BUILD)/tidy/%: %.c .clang-tidy $(HEADERS)
	@mkdir -p $(@D)
	@clang-tidy --quiet $(if $(findstring /tests/,$<),--checks=-clang-analyzer-*) $(SHALLOW) $< -- -O0 $(filter-out -Werror -O% -D_FORTIFY_SOURCE%,$(FLAGS)) $(INCLUDES) $(PKGFLAGS) 2>$@.err || \
	    { grep -v 'warnings generated' $@.err; exit 1; }
	@mv $@.err $@

fuzz: $(BUILD)/.setup-all ## feed every fuzz target for FUZZ_S seconds each
	+@$(AGAIN) CC=clang SANITIZE=address,undefined FUZZ=1 BUILD=$(BUILD)-fuzz fuzzers
	@ci/fuzz $(BUILD)-fuzz $(FUZZ_S)
fuzzers: $(FUZZERS)

# Programs that hold other processes to deadlines are too slow in it; the
# sanitizers see them.
valgrind: $(BUILD)/.setup-all ## the tests under memcheck
	+@$(AGAIN) programs tests
	@CK_FORK=no CK_TIMEOUT_MULTIPLIER=20 TEST_SECONDS=1200 JOBS=$(JOBS) \
	    WRAP='valgrind -q --leak-check=full --error-exitcode=9' ci/checks $(LOGS)-valgrind \
	    $(filter-out %/check_worker %/check_catalogue %/check_run_whole %/check_run_mend %/check_run_target %/check_pipe_hostile %/check_pipe_smoke %/check_pipe_verdicts %/check_cli_exec,$(CHECKS))

# Two at a time, each of which has two instances: they mostly wait. What one
# says comes whole.
SERVICES := $(patsubst ci/third-party/%/run,judge-%,$(wildcard ci/third-party/*/run))
third-party: $(BUILD)/.setup-all ## run the criteria against services that are not ours
	+@$(AGAIN) programs
	@$(MAKE) --no-print-directory -j2 --output-sync=target $(SERVICES)
$(SERVICES): judge-%:
	@echo "ci/third-party/$*"; BUILD=$(BUILD) ci/third-party/$*/run

browser: $(BUILD)/.setup-all ## Chromium: what a page is told by the reference; reports as they are read
	+@$(AGAIN) programs
	@BUILD=$(BUILD) ci/browser/run
	@BUILD=$(BUILD) ci/browser/report

readers: $(BUILD)/.setup-all ## hold SARIF and JUnit reports to schemas, by validators of others
	+@$(AGAIN) programs
	@BUILD=$(BUILD) ci/readers/run

# --- Packages -------------------------------------------------------------------

VERSION   := $(shell sed -n 's/.*WSCONFORM_VERSION "\(.*\)"/\1/p' conformance/version.h)
ROOT       = $(DESTDIR)$(PREFIX)
COMPLETION = bash:bash-completion/completions/wsconform zsh:zsh/site-functions/_wsconform \
             fish:fish/vendor_completions.d/wsconform.fish
man: programs ## the manual pages, from --help and spec/MANIFEST.md
	@rm -rf $(BUILD)/man && ci/package/man $(BUILD) $(BUILD)/man $(VERSION)

install: $(BUILD)/.setup-package ## install under DESTDIR and PREFIX
	+@$(AGAIN) man
	install -d $(addprefix $(ROOT)/,bin include share/doc/wsconform share/man share/pkgconfig share/wsconform/kits share/wsconform/templates)
	install $(BUILD)/wsconform $(BUILD)/wsconform-reference $(ROOT)/bin
	install -m 644 README.md COVERAGE.md LICENSE mocks/PROTOCOL.md $(ROOT)/share/doc/wsconform
	install -m 644 $(wildcard spec/*.schema.json mocks/*.schema.json) $(ROOT)/share/wsconform
	install -m 644 $(wildcard mocks/kits/*.py mocks/kits/*.mjs) $(ROOT)/share/wsconform/kits
	install -m 644 mocks/kits/wsconform.h $(ROOT)/include
	cp -R ci/templates/. $(ROOT)/share/wsconform/templates
	cp -R $(BUILD)/man/man? $(ROOT)/share/man
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' ci/package/wsconform.pc.in \
	    >$(ROOT)/share/pkgconfig/wsconform.pc
	@for pair in $(COMPLETION); do file=$(ROOT)/share/$${pair#*:}; mkdir -p "$${file%/*}"; \
	    $(BUILD)/wsconform completion "$${pair%%:*}" >"$$file" || exit 1; done

deb: $(BUILD)/.setup-package ## a Debian package, in the build folder
	@rm -rf $(BUILD)/stage
	+@$(MAKE) --no-print-directory install DESTDIR=$(BUILD)/stage PREFIX=/usr >$(BUILD)/stage.log
	@ci/package/deb $(BUILD)/stage $(VERSION) $(BUILD)

dist: ## what is committed, as an archive: the same bytes for the same commit
	@mkdir -p $(BUILD)
	@git archive --prefix=wsconform-$(VERSION)/ HEAD | gzip -9n >$(BUILD)/wsconform-$(VERSION).tar.gz
	@echo $(BUILD)/wsconform-$(VERSION).tar.gz

package-root: deb ## install the package on a bare root (debootstrap, as root), and run it there
	@command -v debootstrap >/dev/null || { echo "package-root: apt-get install debootstrap first"; exit 1; }
	@ci/package/root $(wildcard $(BUILD)/wsconform_*.deb)

package-check: $(BUILD)/.setup-all ## build the packages twice, look into them, press Tab in each shell
	+@$(AGAIN) programs
	@ci/package/check $(BUILD)

clean: ## remove what was built
	rm -rf build build-*

tests: $(CHECKS) $(EXAMPLE)
$(BUILD)/ci/requirements_json: $(BUILD)/ci/requirements_json.o
	$(call quiet,ld)$(CC) $(FLAGS) $(LDFLAGS) -o $@ $<

.PHONY: all always programs tests manual check certify mutants trace runs run-on-nodes coverage coverage-check measure lint tidy \
        fuzz fuzzers valgrind third-party $(SERVICES) browser readers man install deb dist package-root package-check clean help
.SECONDARY:
