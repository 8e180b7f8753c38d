/**
 * Keeps a chart moving at the pace of the display. What is drawn lies on a picture of its own, made in slices of a few
 * milliseconds; while a new one is being made, each frame shows the last one moved and stretched to the window of the
 * moment. So the wheel and the hand are followed at once, however many pens there are.
 */
import { drawAlarms, drawAxes, drawBands, drawGrid, drawLimits, drawNumbers, viewOf } from './decor';
import type { ChartLook } from './look';
import { paintBand, paintBars, paintDoubts, paintLine, type Context } from './paint';
import { sceneOf, type Data, type Scene, type Spec } from './scene';

interface Picture {
  scene: Scene;
  canvas: HTMLCanvasElement;
}

/** Milliseconds of a frame that go into the next picture. */
const BUDGET = 6;

/** The strokes of a scene, one after the other; the last one sets the numbers of the pens. */
export function strokes(scene: Scene, ctx: Context): (() => void)[] {
  const { layout, spec, lines } = scene;
  const view = viewOf(layout, spec.from, spec.to);
  const ends: { x: number; y: number; index: number }[] = [];
  const clipped = (draw: () => void) => () => {
    ctx.save();
    ctx.beginPath();
    ctx.rect(layout.left, layout.top - 1, layout.right - layout.left, layout.bottom - layout.top + 2);
    ctx.clip();
    draw();
    ctx.restore();
  };
  const jobs = [() => drawAlarms(ctx, scene), () => drawBands(ctx, scene)];
  // The one that is pointed at comes last, over the others.
  const order = [...lines].sort((a, b) => Number(a.paint.strong) - Number(b.paint.strong));
  for (const line of order) {
    const { paint, before, bars, say } = line;
    if (bars) {
      if (before) jobs.push(clipped(() => paintBars(ctx, view, before, bars.before, bars.slot, bars.slots, say)));
      jobs.push(clipped(() => paintBars(ctx, view, paint, bars.now, bars.slot, bars.slots, say)));
      continue;
    }
    if (before) jobs.push(clipped(() => void paintLine(ctx, view, before)));
    jobs.push(clipped(() => paintBand(ctx, view, paint)));
    jobs.push(
      clipped(() => {
        paintDoubts(ctx, view, paint);
        const end = paintLine(ctx, view, paint);
        if (end) ends.push({ ...end, index: line.pen.index });
      }),
    );
  }
  if (lines.length > 1) jobs.push(() => drawNumbers(ctx, scene, ends));
  return jobs;
}

/** All of a scene at once: for a picture that is kept. */
export function drawWhole(ctx: Context, scene: Scene): void {
  drawGrid(ctx, scene, scene.spec.from, scene.spec.to);
  for (const stroke of strokes(scene, ctx)) stroke();
  drawLimits(ctx, scene);
  drawAxes(ctx, scene, scene.spec.from, scene.spec.to);
}

function context(canvas: HTMLCanvasElement, opaque = false): Context | undefined {
  // A page of the tests has canvases that cannot draw. What is opaque need not be blended with the page.
  return canvas.getContext?.('2d', { alpha: !opaque }) ?? undefined;
}

function fit(canvas: HTMLCanvasElement, width: number, height: number, dpr: number): void {
  const [w, h] = [Math.max(1, Math.round(width * dpr)), Math.max(1, Math.round(height * dpr))];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
}

export class Stage {
  #canvas: HTMLCanvasElement;
  #data: Data;
  #onscene: (scene: Scene) => void;
  #over: (ctx: Context, scene: Scene, spec: Spec) => void;
  #spec: Spec | undefined;
  #look: ChartLook | undefined;
  #front: Picture | undefined;
  #spare: HTMLCanvasElement;
  #making: { picture: Picture; jobs: (() => void)[]; next: number } | undefined;
  #dirty = false;
  #handle = 0;
  #closed = false;

  /** `over` draws what moves with the pointer, over everything else. */
  constructor(
    canvas: HTMLCanvasElement,
    data: Data,
    onscene: (scene: Scene) => void,
    over: (ctx: Context, scene: Scene, spec: Spec) => void,
  ) {
    this.#canvas = canvas;
    this.#data = data;
    this.#onscene = onscene;
    this.#over = over;
    this.#spare = document.createElement('canvas');
  }

  /** The scene on screen. */
  get scene(): Scene | undefined {
    return this.#front?.scene;
  }

  show(spec: Spec, look: ChartLook): void {
    this.#spec = spec;
    this.#look = look;
    this.touch();
  }

  /** The data changed. */
  touch(): void {
    this.#dirty = true;
    this.#ask();
  }

  /** What `over` draws changed. */
  poke(): void {
    this.#ask();
  }

  close(): void {
    this.#closed = true;
    cancelAnimationFrame(this.#handle);
  }

  #ask(): void {
    if (this.#handle === 0 && !this.#closed) this.#handle = requestAnimationFrame(() => this.#frame());
  }

  #frame(): void {
    this.#handle = 0;
    const [spec, look] = [this.#spec, this.#look];
    if (!spec || !look || this.#closed || spec.width <= 0 || spec.height <= 0) return;
    const start = performance.now();
    if (this.#dirty && !this.#making) this.#begin(spec, look);
    const making = this.#making;
    if (making) {
      while (making.next < making.jobs.length && performance.now() - start < BUDGET) making.jobs[making.next++]!();
      if (making.next >= making.jobs.length) {
        this.#making = undefined;
        this.#spare = this.#front?.canvas ?? document.createElement('canvas');
        this.#front = making.picture;
        this.#onscene(making.picture.scene);
      }
    }
    this.#compose(spec);
    if (this.#making || this.#dirty) this.#ask();
  }

  #begin(spec: Spec, look: ChartLook): void {
    this.#dirty = false;
    const scene = sceneOf(spec, this.#data, look);
    const canvas = this.#spare;
    const dpr = devicePixelRatio || 1;
    fit(canvas, spec.width, spec.height, dpr);
    const ctx = context(canvas);
    if (!ctx) {
      this.#front = { scene, canvas };
      this.#onscene(scene);
      return;
    }
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.clearRect(0, 0, spec.width, spec.height);
    this.#making = { picture: { scene, canvas }, jobs: strokes(scene, ctx), next: 0 };
  }

  #compose(spec: Spec): void {
    const ctx = context(this.#canvas, true);
    const front = this.#front;
    if (!ctx || !front) return;
    const dpr = devicePixelRatio || 1;
    fit(this.#canvas, spec.width, spec.height, dpr);
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    const { scene, canvas } = front;
    ctx.fillStyle = scene.look.card;
    ctx.fillRect(0, 0, spec.width, spec.height);
    const { left, right } = scene.layout;
    const [from, to] = [spec.from, spec.to];
    drawGrid(ctx, scene, from, to);
    const { from: pf, to: pt, height } = scene.spec;
    const scale = (right - left) / (to - from);
    // Only the part of the picture that the window shows: what lies outside would be stretched for nothing.
    const [vf, vt] = [Math.max(pf, from), Math.min(pt, to)];
    if (vt > vf) {
      const per = (right - left) / (pt - pf);
      const [sx, sw] = [left + (vf - pf) * per, Math.max((vt - vf) * per, 1 / dpr)];
      ctx.imageSmoothingEnabled = false;
      const [dx, dw] = [left + (vf - from) * scale, (vt - vf) * scale];
      ctx.drawImage(canvas, sx * dpr, 0, sw * dpr, height * dpr, dx, 0, dw, height);
      // Numbers of bands stand left of the plot and do not move.
      ctx.drawImage(canvas, 0, 0, left * dpr, height * dpr, 0, 0, left, height);
    }
    drawLimits(ctx, scene);
    drawAxes(ctx, scene, from, to);
    this.#over(ctx, scene, spec);
  }
}
