# Counts and sorts many small things, in threads, so that much is allocated and freed.
import collections
import json
import threading

results = {}


def work(seed):
    state, words = seed, collections.Counter()
    for _ in range(3000):
        state = (state * 1103515245 + 12345) % 2**31
        words["w%d" % (state >> 20)] += 1
    text = json.dumps(words.most_common(300))
    results[seed] = (len(words), len(text), sorted(json.loads(text))[:3])


threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results.items()))
