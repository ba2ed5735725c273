" Vim syntax file for heapglass scenarios (*.hg). A test holds its words to those that there are.
" To use it: copy it to ~/.vim/syntax/heapglass.vim, and let ~/.vim/filetype.vim have
"   autocmd BufRead,BufNewFile *.hg setfiletype heapglass
if exists("b:current_syntax")
  finish
endif

syn iskeyword @,48-57,_,-,?

syn keyword hgCommand a aligned alloc animate arenas ask attach blocks brk call callers calloc check
syn keyword hgCommand coalesce code compare continue detail diff dump end exit expect explain
syn keyword hgCommand export f fill free freelist gc goto graph help import kill layout leaks
syn keyword hgCommand legend let limit link list local malloc map marks memory next note open ostep
syn keyword hgCommand output pages pause poke policy preset process q quit quiz random read realloc
syn keyword hgCommand recurse redo refcount refused repeat reset resume return ring run save say section
syn keyword hgCommand send set show source stats step steps terminal title touch tree undo unlink
syn keyword hgCommand vars wait whatif who why write zoom

syn keyword hgSetting addresses alignment bins boundary-tags check coalesce fit fixed gc gc-step
syn keyword hgSetting grow guard header keep map min-block mmap-threshold mouse mxfast order perturb
syn keyword hgSetting place present quick-lists release slabs slot-size speed split-threshold step
syn keyword hgSetting syntax tcache-count tcache-max tcache-unsorted theme top-pad trim
syn keyword hgSetting trim-threshold

syn keyword hgPolicy best-fit buddy csapp first-fit glibc kr linear next-fit osmem ostep pool-scan
syn keyword hgPolicy pool-stack segregated tlsf worst-fit

syn keyword hgConstant NULL none live freed dangling
syn match hgOption "--[a-z-]\+"
syn match hgNumber "\<[0-9]\+\(\.[0-9]\+\)\?\([KMGTPE]\(iB\)\?\|B\|%\)\?\>"
syn match hgNumber "+\?\<0x[0-9a-fA-F]\+\>"
syn match hgComment "\(^\|\s\)#.*$"
syn region hgString start=/"/ skip=/\\["\\]/ end=/"/ oneline contains=hgFigure,hgBold,hgCode
syn match hgTold "\(^\|;\)\s*\(say\|title\|section\|note\|pause\)\>[^;#]*"
      \ contains=hgCommand,hgFigure,hgBold,hgCode,hgString
syn match hgFigure "{[^{}]*}" contained
syn match hgBold "\*\*[^*]\+\*\*" contained
syn match hgCode "`[^`]\+`" contained

hi def link hgCommand Statement
hi def link hgSetting Identifier
hi def link hgPolicy Type
hi def link hgConstant Constant
hi def link hgOption Special
hi def link hgNumber Number
hi def link hgComment Comment
hi def link hgString String
hi def link hgTold String
hi def link hgFigure Special
hi def link hgBold Todo
hi def link hgCode PreProc

let b:current_syntax = "heapglass"
