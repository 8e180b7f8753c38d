/** Icons by name. Those the app itself uses are in its bundle; any other `mdi:` name comes from one lazy chunk. */
import {
  mdiAccount,
  mdiAirFilter,
  mdiAlarmLight,
  mdiAlertCircleOutline,
  mdiArrowDown,
  mdiArrowLeft,
  mdiArrowUp,
  mdiBattery,
  mdiBell,
  mdiBlinds,
  mdiCar,
  mdiCartArrowUp,
  mdiChartLine,
  mdiCheck,
  mdiChevronDown,
  mdiChevronRight,
  mdiClose,
  mdiCog,
  mdiDishwasher,
  mdiDotsHorizontal,
  mdiDoor,
  mdiFactory,
  mdiFan,
  mdiFileTree,
  mdiFireAlert,
  mdiFlash,
  mdiFridge,
  mdiGarage,
  mdiGauge,
  mdiGestureTapButton,
  mdiHeartPulse,
  mdiHelpCircleOutline,
  mdiHome,
  mdiHomeThermometer,
  mdiLan,
  mdiLightbulb,
  mdiLink,
  mdiLock,
  mdiLockOpen,
  mdiMagnify,
  mdiMinus,
  mdiMotionSensor,
  mdiPackageVariant,
  mdiPencil,
  mdiPipeValve,
  mdiPlus,
  mdiPowerPlug,
  mdiRobotVacuum,
  mdiSend,
  mdiSolarPower,
  mdiStar,
  mdiStop,
  mdiThermometer,
  mdiTransmissionTower,
  mdiTrashCanOutline,
  mdiWashingMachine,
  mdiWatchVariant,
  mdiWater,
  mdiWaterPercent,
  mdiWeatherPartlyCloudy,
  mdiWifiOff,
  mdiWindowClosedVariant,
} from '@mdi/js';

const KNOWN: Record<string, string> = {
  account: mdiAccount,
  'air-filter': mdiAirFilter,
  'alarm-light': mdiAlarmLight,
  alert: mdiAlertCircleOutline,
  'arrow-down': mdiArrowDown,
  'arrow-left': mdiArrowLeft,
  'arrow-up': mdiArrowUp,
  battery: mdiBattery,
  bell: mdiBell,
  blinds: mdiBlinds,
  car: mdiCar,
  'cart-arrow-up': mdiCartArrowUp,
  'chart-line': mdiChartLine,
  check: mdiCheck,
  'chevron-down': mdiChevronDown,
  'chevron-right': mdiChevronRight,
  close: mdiClose,
  cog: mdiCog,
  dishwasher: mdiDishwasher,
  dots: mdiDotsHorizontal,
  door: mdiDoor,
  factory: mdiFactory,
  fan: mdiFan,
  'file-tree': mdiFileTree,
  'fire-alert': mdiFireAlert,
  flash: mdiFlash,
  fridge: mdiFridge,
  garage: mdiGarage,
  gauge: mdiGauge,
  'gesture-tap-button': mdiGestureTapButton,
  'heart-pulse': mdiHeartPulse,
  help: mdiHelpCircleOutline,
  home: mdiHome,
  'home-thermometer': mdiHomeThermometer,
  lan: mdiLan,
  lightbulb: mdiLightbulb,
  link: mdiLink,
  lock: mdiLock,
  'lock-open': mdiLockOpen,
  magnify: mdiMagnify,
  minus: mdiMinus,
  'motion-sensor': mdiMotionSensor,
  package: mdiPackageVariant,
  pencil: mdiPencil,
  'pipe-valve': mdiPipeValve,
  plus: mdiPlus,
  'power-plug': mdiPowerPlug,
  'robot-vacuum': mdiRobotVacuum,
  send: mdiSend,
  'solar-power': mdiSolarPower,
  star: mdiStar,
  stop: mdiStop,
  thermometer: mdiThermometer,
  'transmission-tower': mdiTransmissionTower,
  'trash-can': mdiTrashCanOutline,
  'washing-machine': mdiWashingMachine,
  watch: mdiWatchVariant,
  water: mdiWater,
  'water-percent': mdiWaterPercent,
  'weather-partly-cloudy': mdiWeatherPartlyCloudy,
  'wifi-off': mdiWifiOff,
  window: mdiWindowClosedVariant,
};

/** Shown while an icon is on its way and where there is none of that name. */
export const FALLBACK = mdiGauge;

/** The path of an icon of the bundle. */
export function iconPath(name: string): string | undefined {
  const bare = bareName(name);
  return Object.hasOwn(KNOWN, bare) ? KNOWN[bare] : undefined;
}

let all: Promise<Record<string, unknown>> | undefined;

/** The path of any icon; the fallback where no such icon exists. */
export async function anyIconPath(name: string): Promise<string> {
  const known = iconPath(name);
  if (known) return known;
  // The other build of the same package, because one that is also imported by name would land whole in the bundle.
  all ??= import('@mdi/js/commonjs/mdi.js') as Promise<Record<string, unknown>>;
  const loaded = await all;
  const icons = (loaded['default'] ?? loaded) as Record<string, unknown>;
  const key = `mdi${bareName(name)
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')}`;
  const found = Object.hasOwn(icons, key) ? icons[key] : undefined;
  return typeof found === 'string' ? found : FALLBACK;
}

function bareName(name: string): string {
  return name.replace(/^mdi:/, '');
}
