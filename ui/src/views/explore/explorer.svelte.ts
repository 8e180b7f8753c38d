/**
 * What the explorer shows: one opened tree a broker, kept while the window is open, so that coming back finds it as it
 * was left. The view asks for `refresh` while it is on screen.
 */
import { call } from '../../ipc/client';
import type { ExplorerView } from '../../ipc/gen/ExplorerView';
import type { RawMessage } from '../../ipc/gen/RawMessage';
import { asTrouble, type TroubleError } from '../../ipc/trouble';
import { ancestorsOf, levelOf, LEVEL_LIMIT, TOP, TopicTree, type Line } from './tree';

/** Counts of a broker's answer; always on screen. */
export type Counts = Pick<ExplorerView, 'topics' | 'messages' | 'dropped' | 'truncated' | 'untracked'>;

/** After a key the rows rest as long as a person may still be reading them. */
const KEY_REST_MS = 3000;

class Explorer {
  broker: number | null = $state(null);
  search = $state('');
  selected: string | null = $state(null);
  paused = $state(false);
  /** When it was paused, µs. */
  heldAt = $state(0);

  lines: readonly Line[] = $state.raw([]);
  /** Topics that wait because the pointer is on the list. */
  waiting = $state.raw(0);
  loaded = $state.raw(false);
  counts: Counts | undefined = $state.raw();
  trouble: TroubleError | undefined = $state.raw();
  /** Last message of the chosen topic; `null` where none is known. */
  raw: RawMessage | null | undefined = $state.raw();

  /** The pointer is on the list. */
  pointerOn = false;
  /** Keys of the lines in view: only their levels are asked for again. */
  inView: ReadonlySet<string> = new Set();
  #keyAt = 0;
  #trees = new Map<number, TopicTree>();
  #found: { broker: number; text: string; tree: TopicTree } | undefined;

  get #tree(): TopicTree | undefined {
    if (this.broker === null) return undefined;
    const text = this.search.trim();
    if (text !== '') {
      if (this.#found?.broker !== this.broker || this.#found.text !== text) {
        this.#found = { broker: this.broker, text, tree: new TopicTree() };
      }
      return this.#found.tree;
    }
    let tree = this.#trees.get(this.broker);
    if (!tree) this.#trees.set(this.broker, (tree = new TopicTree()));
    return tree;
  }

  get searching(): boolean {
    return this.search.trim() !== '';
  }

  choose(broker: number): void {
    if (broker === this.broker) return;
    this.broker = broker;
    this.selected = null;
    this.raw = undefined;
    this.counts = undefined;
    this.#draw();
    void this.refresh(true);
  }

  setSearch(text: string): void {
    this.search = text;
    this.#draw();
    void this.refresh(true);
  }

  select(topic: string | null): void {
    if (topic === this.selected) return;
    this.selected = topic;
    this.raw = undefined;
    void this.#ask();
  }

  /** Opens the levels above a topic and chooses it. */
  reveal(topic: string): void {
    const tree = this.#tree;
    if (!tree) return;
    if (!this.searching) for (const path of ancestorsOf(topic)) tree.open(path);
    this.#draw();
    this.select(topic);
    void this.refresh(true);
  }

  toggle(path: string): void {
    const tree = this.#tree;
    if (!tree || this.searching) return;
    if (tree.isOpen(path)) tree.close(path);
    else tree.open(path);
    this.#draw();
    void this.refresh(true);
  }

  more(path: string): void {
    this.#tree?.more(path);
    void this.refresh(true);
  }

  admit(): void {
    this.#tree?.admit();
    this.#draw();
  }

  pause(on: boolean, now: number): void {
    this.paused = on;
    this.heldAt = now;
    if (!on) void this.refresh();
  }

  keyPressed(): void {
    this.#keyAt = Date.now();
  }

  /**
   * Asks for what is on screen. While paused only what was just asked for (`wanted`): an opened level, another search.
   */
  async refresh(wanted = false): Promise<void> {
    const broker = this.broker;
    const tree = this.#tree;
    if (broker === null || !tree || (this.paused && !wanted)) return;
    const search = this.search.trim();
    const seen = new Set([...this.inView].map(levelOf));
    const asked = tree.opened().filter(({ path, limit }) => {
      if (this.paused) return !tree.isLoaded(path, limit);
      return path === TOP || seen.has(path) || !tree.isLoaded(path, limit);
    });
    try {
      const [answers] = await Promise.all([
        Promise.all(asked.map(({ path, limit }) => call('explorer', { broker, parent: path, search, limit }))),
        this.paused ? undefined : this.#ask(),
      ]);
      if (broker !== this.broker) return;
      const still = this.pointerOn || Date.now() - this.#keyAt < KEY_REST_MS;
      asked.forEach(({ path, limit }, i) => {
        const answer = answers[i];
        if (!answer) return;
        tree.merge(path, answer, still, limit);
        if (path === TOP) {
          const { topics, messages, dropped, truncated, untracked } = answer;
          this.counts = { topics, messages, dropped, truncated, untracked };
        }
      });
      this.trouble = undefined;
    } catch (problem) {
      this.trouble = asTrouble(problem);
    }
    if (tree === this.#tree) this.#draw();
  }

  /** Forgets what was opened and chosen, as when the broker is gone. */
  forget(): void {
    this.#trees.clear();
    this.#found = undefined;
    this.broker = null;
    this.selected = null;
    this.search = '';
    this.paused = false;
    this.raw = undefined;
    this.counts = undefined;
    this.#draw();
  }

  /** Asks for the last message of the chosen topic. */
  async #ask(): Promise<void> {
    const { broker, selected } = this;
    if (broker === null || selected === null) return;
    const raw = await call('raw_message', { broker, topic: selected }).catch(() => undefined);
    if (raw !== undefined && broker === this.broker && selected === this.selected) this.raw = raw;
  }

  #draw(): void {
    const tree = this.#tree;
    this.lines = tree?.lines() ?? [];
    this.waiting = tree?.waiting() ?? 0;
    this.loaded = tree?.isLoaded(TOP, LEVEL_LIMIT) ?? false;
  }
}

export const explorer = new Explorer();
