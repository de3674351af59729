# What zsh offers behind Tab: `zsh -f tab.zsh FOLDER 'WORDS…'`, one a line.
# A shell on a terminal of its own is asked, whose completion tells each match
# as it is added, and whose editor tells when it is ready for keys. What is
# written to it is echoed: what it tells is put together there.
zmodload zsh/zpty
zpty inner zsh -f -i
until_ready() {
    local line
    while zpty -r inner line; do
        [[ $line == *__HIT__* ]] && print -r -- ${${line##*__HIT__}%%[$'\r\n']*}
        [[ $line == *__READY__* ]] && return
    done
}
zpty -w inner "PROMPT=; fpath=($1 \$fpath); autoload -U compinit; compinit -D -u"
zpty -w inner 'compadd() { local -a given; builtin compadd -O given "$@"; local match
    for match in $given; do print -r -- __HI${:-T__}$match; done; builtin compadd "$@" }'
zpty -w inner 'zle-line-init() { print -r -- __REA${:-DY__} }; zle -N zle-line-init'
until_ready
kill_line=$'\x15'
zpty -w -n inner "$2"$'\t'$kill_line$'\n'
until_ready
zpty -d inner
