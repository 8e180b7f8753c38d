/** The window itself. */
import { getCurrentWindow } from '@tauri-apps/api/window';
import { inShell } from './client';

/** Fills the screen or goes back; answers whether it fills it now. */
export async function toggleFullscreen(): Promise<boolean> {
  if (inShell) {
    const window = getCurrentWindow();
    const next = !(await window.isFullscreen());
    await window.setFullscreen(next);
    return next;
  }
  if (document.fullscreenElement) {
    await document.exitFullscreen();
    return false;
  }
  await document.documentElement.requestFullscreen();
  return true;
}
