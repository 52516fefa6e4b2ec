# complete.zsh FOLDER LINE - what an interactive zsh offers at the end of a line, one word a line. FOLDER holds
# _spinule, which compinit finds as that of the command. The shell runs in a terminal of its own (zsh/zpty),
# where every word that is about to be offered is printed instead.
zmodload zsh/zpty || exit 77
zpty shell zsh -f -i
inside() { zpty -w shell "$1" }
inside 'PS1= PS2= RPS1=; unsetopt zle_bracketed_paste; stty -echo'
inside "fpath=(${(q)1} \$fpath); autoload -Uz compinit && compinit -u -D; bindkey '^I' complete-word"
inside 'zstyle ":completion:*" verbose no
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a found; builtin compadd -A found "$@"
  (( $#found )) && printf "<%s>\n" $found
}'
inside 'stop() { print "<<""end>>"; exit }; zle -N stop; bindkey "^X" stop; print "<<""begin>>"' # not as it is typed
zpty -r -m shell begun '*<<begin>>*'
zpty -n -w shell "$2"$'\t'
zpty -n -w shell $'\x18'
zpty -r -m shell said '*<<end>>*'
print -r -- "$said" | tr -d '\r' | sed -n 's/.*<\([^<>]*\)>$/\1/p' | sort -u
zpty -d shell
