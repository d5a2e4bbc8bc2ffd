import { ENGLISH, fillIn } from './texts.js'

type Table = readonly (readonly [RegExp, string])[]

/** First match wins: Edge and Opera also say Chrome, Chrome also says Safari. */
const BROWSERS: Table = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\/|\bOpera\b/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bHeadlessChrome\/|\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]

const SYSTEMS: Table = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b|\bMacintosh\b/, 'Mac'],
  [/\bLinux\b/, 'Linux'],
]

type NameTexts = Readonly<Record<'deviceOn' | 'unknownDevice', string>>

/** A user agent in words that its owner recognises: "Firefox on Windows". */
export function deviceName(userAgent: string | null | undefined, texts: NameTexts = ENGLISH) {
  const browser = firstMatch(BROWSERS, userAgent ?? '')
  const system = firstMatch(SYSTEMS, userAgent ?? '')
  if (browser && system) return fillIn(texts.deviceOn, { browser, system })
  return browser ?? system ?? texts.unknownDevice
}

/** Whether the device is one that is held in the hand. */
export function isHandheld(userAgent: string | null | undefined): boolean {
  return /\b(iPhone|iPad|Android|Mobile)\b/.test(userAgent ?? '')
}

function firstMatch(table: Table, text: string): string | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1]
}
