# wsconform: `make help` lists the targets. `make check` and `make certify`
# do all set-up on a fresh machine by themselves.

BUILD    ?= build$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))$(if $(COVERAGE),-coverage)
PREFIX   ?= /usr/local
DESTDIR  ?=
comma    := ,
PACKAGES := libwebsockets libuv openssl libcjson libcurl

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wformat=2 -Wundef -Wvla -Werror
HARDEN   := -fstack-protector-strong -fPIE $(if $(SANITIZE)$(COVERAGE),,-D_FORTIFY_SOURCE=2)
CFLAGS   ?= $(if $(COVERAGE),-O0,-O2) -g
FLAGS    := -std=c11 -D_GNU_SOURCE $(CFLAGS) $(WARNINGS) $(HARDEN) \
            $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer) \
            $(if $(COVERAGE),--coverage -fprofile-abs-path)
LDFLAGS  += -pie -Wl,-z,relro,-z,now
PKGFLAGS  = $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
LIBS      = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)

sources   = $(sort $(wildcard $(addsuffix /*.c,$(1))))
objects   = $(patsubst %.c,$(BUILD)/%.o,$(1))
SPEC     := $(call sources,spec spec/themes)
JUDGE    := $(filter-out conformance/main.c,$(call sources,conformance $(addprefix conformance/,base bench net manifest run report)))
CORE     := $(call sources,reference/core)
SHELL_C  := $(filter-out reference/shell/main.c,$(call sources,reference/shell))
LAB      := $(call sources,mocks)
PROFILES := $(patsubst %,$(BUILD)/%.o,$(wildcard spec/profiles/*.json))
PROGRAMS := $(call sources,reference/tests conformance/tests mocks/tests spec/tests)
CHECKS   := $(patsubst %.c,$(BUILD)/%,$(PROGRAMS))
TOOL     := $(call objects,$(SPEC) $(JUDGE) $(CORE) $(LAB)) $(PROFILES)

all: $(BUILD)/.setup
	@$(MAKE) --no-print-directory programs
programs: $(BUILD)/wsconform $(BUILD)/wsconform-reference

$(BUILD)/.setup: ci/setup
	@ci/setup && mkdir -p $(@D) && touch $@

$(BUILD)/wsconform: $(call objects,conformance/main.c) $(TOOL)
	$(CC) $(FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$(BUILD)/wsconform-reference: $(call objects,$(CORE) $(SHELL_C) reference/shell/main.c)
	$(CC) $(FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# Each folder sees only what it may include: a wrong arrow does not compile.
$(BUILD)/spec/%.o:              INCLUDES = -Ispec
$(BUILD)/conformance/%.o:       INCLUDES = -Iconformance -Ispec
$(BUILD)/reference/%.o:         INCLUDES = -Ireference
$(BUILD)/mocks/%.o:             INCLUDES = -Imocks -Ireference -Iconformance -Ispec
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(INCLUDES) $(if $(findstring /tests/,$<),-Ici) $(PKGFLAGS) -MMD -MP -c $< -o $@
$(BUILD)/%.json.o: %.json
	@mkdir -p $(@D)
	$(LD) -r -b binary -z noexecstack -o $@ $<

$(BUILD)/reference/tests/%: $(BUILD)/reference/tests/%.o $(call objects,$(CORE) $(SHELL_C))
	$(CC) $(FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) $$(pkg-config --libs check)
$(BUILD)/%: $(BUILD)/%.o $(TOOL)
	$(CC) $(FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) $$(pkg-config --libs check)

include ci/targets.mk
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
