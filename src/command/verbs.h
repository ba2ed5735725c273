/* verbs.h: the handlers of all commands, by the file they are in. Each carries out its command for
 * one variable at a time; on failure it sets the error and has changed nothing. */
#ifndef COMMAND_VERBS_H
#define COMMAND_VERBS_H

#include "command/command.h"
#include "command/interpreter.h"

#define VERB(name)                                                                                 \
    bool verb_##name(struct interpreter *interpreter, const struct arguments *arguments,           \
                     struct error *error)

/* Let the error point to an argument. Returns false. */
static inline bool verb_fail_at(struct error *error, const struct argument *argument)
{
    error->column = argument->column;
    return false;
}

/* The path of a file that a scenario names: beside the scenario, unless it is absolute; to be
 * freed. */
char *verb_resolve_path(const struct interpreter *interpreter, const char *path);

/* Say and show where the session is, after it has gone elsewhere. */
void verb_show_place(struct interpreter *interpreter);

/* verbs_memory.c: allocating and freeing */
VERB(alloc);
VERB(calloc);
VERB(realloc);
VERB(aligned);
VERB(free);
VERB(fill);

/* verbs_stack.c: variables, functions and their frames */
VERB(let);
VERB(call);
VERB(local);
VERB(return );
VERB(recurse);
VERB(who);

/* verbs_bytes.c: the bytes in blocks, and around them */
VERB(poke);
VERB(write);
VERB(read);
/* verbs_link.c: pointers in payloads, and the collector */
VERB(link);
VERB(unlink);
VERB(list);
VERB(ring);
VERB(tree);
VERB(gc);
VERB(leaks);
VERB(graph);
VERB(refcount);

/* verbs_heap.c: the heap as a whole */
VERB(policy);
VERB(preset);
VERB(set);
VERB(limit);
VERB(coalesce);
VERB(reset);

/* verbs_ostep.c: a textbook's exercises */
VERB(ostep);

/* verbs_look.c: looking without changing anything */
VERB(map);
VERB(legend);
VERB(blocks);
VERB(freelist);
VERB(stats);
VERB(vars);
VERB(dump);
VERB(check);

/* verbs_pages.c: what the kernel gives */
VERB(touch);
VERB(pages);
VERB(memory);
VERB(brk);

/* verbs_time.c: back and forth, and what if */
VERB(undo);
VERB(redo);
VERB(goto);
VERB(explain);
VERB(diff);
VERB(whatif);
VERB(refused);
VERB(compare);

/* verbs_seek.c: on from here */
VERB(next);
VERB(marks);

/* verbs_foreign.c: heaps of other programs */
VERB(attach);
VERB(open);
VERB(arenas);

/* What diff says of a heap that is only looked at: look again, if it is a process's. */
bool foreign_tell_changes(struct interpreter *interpreter, struct error *error);

/* verbs_trace.c: traces */
VERB(import);
VERB(export);

/* verbs_run.c: programs */
VERB(run);
VERB(continue);
VERB(kill);
VERB(callers);
VERB(output);
VERB(send);
VERB(terminal);

/* verbs_process.c: programs that are followed together */
VERB(process);

/* verbs_view.c: what is looked at */
VERB(zoom);
VERB(show);
VERB(detail);
VERB(layout);

/* verbs_session.c: the session and scenarios */
VERB(save);
VERB(steps);
VERB(source);
VERB(code);
VERB(step);
VERB(animate);
VERB(expect);
VERB(help);
VERB(quit);

/* verbs_script.c: scenarios that speak */
VERB(title);
VERB(section);
VERB(say);
VERB(note);
VERB(pause);
VERB(wait);
VERB(resume);
VERB(ask);
VERB(repeat);
VERB(end);

/* verbs_random.c */
VERB(random);

/* verbs_quiz.c */
VERB(quiz);

#define CHECK(name) bool check_##name(const struct arguments *arguments, struct error *error)

/* What can be said of arguments without a heap: see struct command. */
CHECK(figures);
CHECK(question);
CHECK(rounds);
CHECK(random);
CHECK(quiz);
CHECK(expect);
CHECK(setting);
CHECK(policy);
CHECK(preset);

#endif
