/**
 * A made-up host for developing and testing the window without the shell: a small home and plant whose values are
 * functions of time. Nothing of it is in the built app.
 */
import type { Host } from './client';
import { createHost } from './fake/host';

export const fake: Host = createHost();
