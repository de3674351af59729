# wsconform: `make help` lists the targets. `make check` and `make certify`
# do all set-up on a fresh machine by themselves.

BUILD    ?= build$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))$(if $(COVERAGE),-coverage)
PREFIX   ?= /usr/local
DESTDIR  ?=
comma    := ,
PACKAGES := libwebsockets libuv openssl libcjson libcurl sqlite3 zlib hiredis

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wformat=2 -Wundef -Wvla -Werror
HARDEN   := -fstack-protector-strong -fPIE $(if $(SANITIZE)$(COVERAGE),,-D_FORTIFY_SOURCE=2)
CFLAGS   ?= $(if $(COVERAGE),-O0,$(if $(SANITIZE),-O1 $(if $(findstring clang,$(CC)),,-Wno-format-truncation),-O2)) -g
FLAGS    := -std=c11 -D_GNU_SOURCE $(CFLAGS) $(WARNINGS) $(HARDEN) \
            $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer) \
            $(if $(FUZZ),-fsanitize=fuzzer-no-link) \
            $(if $(COVERAGE),--coverage -fprofile-abs-path -Wno-maybe-uninitialized)
LDFLAGS  += -pie -Wl,-z,relro,-z,now $(if $(COVERAGE),-u __gcov_dump)
PKGFLAGS  = $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
LIBS      = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm

# One short line for each command; V=1 shows the commands.
quiet     = $(if $(V),,@echo '  $(1) $(@:$(BUILD)/%=%)';)
sources   = $(sort $(wildcard $(addsuffix /*.c,$(1))))
objects   = $(patsubst %.c,$(BUILD)/%.o,$(1))
SPEC     := $(call sources,spec spec/themes)
JUDGE    := $(filter-out conformance/main.c,$(call sources,conformance $(addprefix conformance/,base bench certificate cli net manifest pipe probe run report report/html)))
CORE     := $(call sources,reference/core reference/store reference/node)
SHELL_C  := $(filter-out reference/shell/main.c,$(call sources,reference/shell))
LAB      := $(call sources,mocks)
FRAMES   := $(addprefix reference/shell/,frame_reader.c frame_message.c frame_writer.c utf8.c deflate.c deflate_offer.c token_character.c)
EMBEDDED := $(patsubst %,$(BUILD)/%.o,$(wildcard spec/profiles/*.json spec/sets/*.json $(addprefix conformance/report/html/*.,html css js)))
PROGRAMS := $(wildcard $(addsuffix /tests/check_*.c,reference conformance mocks spec))
EXAMPLE  := $(BUILD)/mocks/kits/examples/reference
CHECKS   := $(patsubst %.c,$(BUILD)/%,$(PROGRAMS))
TOOL     := $(call objects,$(SPEC) $(JUDGE) $(CORE) $(FRAMES) $(LAB)) $(EMBEDDED)

all: $(BUILD)/.setup ## build both programs
	+@$(AGAIN) programs
programs: $(BUILD)/wsconform $(BUILD)/wsconform-reference $(EXAMPLE)

$(BUILD)/.setup: ci/setup
	@ci/setup build && mkdir -p $(@D) && touch $@
$(BUILD)/.setup-package: ci/setup
	@ci/setup package && mkdir -p $(@D) && touch $@ $(BUILD)/.setup
$(BUILD)/.setup-all: ci/setup
	@ci/setup && mkdir -p $(@D) && touch $@ $(BUILD)/.setup $(BUILD)/.setup-package

# Archives: a test takes what it needs of them, and is linked in a third of the time.
%.a:
	@rm -f $@
	$(call quiet,ar)ar rcsT $@ $^
$(BUILD)/tool.a: $(TOOL)
$(BUILD)/server.a: $(call objects,$(CORE) $(SHELL_C))
# Which sources these are: written anew, and linked into the one program that
# says it, only where that has changed.
$(BUILD)/revision: always
	@mkdir -p $(@D)
	@ci/revision >$@.new && if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
$(BUILD)/revision.o: $(BUILD)/revision
	@cd $(@D) && $(LD) -r -b binary -z noexecstack -o revision.o revision

$(BUILD)/wsconform: $(call objects,conformance/main.c) $(BUILD)/revision.o $(BUILD)/tool.a
	$(call quiet,ld)$(CC) $(FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$(BUILD)/wsconform-reference: $(call objects,reference/shell/main.c) $(BUILD)/server.a
	$(call quiet,ld)$(CC) $(FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# Each folder sees only what it may include: a wrong arrow does not compile.
INCLUDES_spec        := -Ispec
INCLUDES_conformance := -Iconformance -Ispec
INCLUDES_reference   := -Ireference
INCLUDES_mocks       := -Imocks -Ireference -Iconformance -Ispec
INCLUDES_ci          := -Ispec
INCLUDES = $(INCLUDES_$(firstword $(subst /, ,$<))) $(if $(findstring /tests/,$<),-Ici)
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call quiet,cc)$(CC) $(FLAGS) $(INCLUDES) $(PKGFLAGS) -MMD -MP -c $< -o $@
# What a program holds as it is.
$(EMBEDDED): $(BUILD)/%.o: %
	@mkdir -p $(@D)
	$(call quiet,ld)$(LD) -r -b binary -z noexecstack -o $@ $<

# A program of tests, or of a fuzzer: one file, and all that it may see.
LINK_ONE = $(CC) $(FLAGS) $(LDFLAGS) $(if $(FUZZ),-fsanitize=fuzzer) -o $@ $^ $(LIBS) \
           $(if $(FUZZ),,$$(pkg-config --libs check))
$(BUILD)/reference/tests/%: $(BUILD)/reference/tests/%.o $(BUILD)/server.a
	$(call quiet,ld)$(LINK_ONE)
# It fails each allocation of the core in turn.
$(BUILD)/reference/tests/check_core_memory: LDFLAGS += $(addprefix -Wl$(comma)--wrap=,calloc malloc strndup free)
$(BUILD)/reference/fuzz/%: $(BUILD)/reference/fuzz/%.o $(BUILD)/server.a
	$(call quiet,ld)$(LINK_ONE)
$(EXAMPLE): $(BUILD)/mocks/kits/examples/reference_hooks.o
$(BUILD)/%: $(BUILD)/%.o $(BUILD)/tool.a
	$(call quiet,ld)$(LINK_ONE)

include ci/targets.mk
-include $(shell find $(BUILD) -name '*.d' -type f 2>/dev/null)
