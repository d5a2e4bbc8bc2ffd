import { useMemo } from 'react'
import { qrCode } from './qr-code.js'

/** Modules around the code that stay empty (ISO/IEC 18004 section 6.3.8). */
const QUIET = 4

interface QrPictureProps {
  readonly text: string
  readonly label: string
}

/** A QR code, dark on light also where the page is dark, since not every camera app reads the reverse. */
export function QrPicture({ text, label }: QrPictureProps) {
  const [path, size] = useMemo(() => {
    const rows = qrCode(text)
    const dark = rows.flatMap((row, y) =>
      row.map((isDark, x) => (isDark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : '')),
    )
    return [dark.join(''), rows.length + 2 * QUIET] as const
  }, [text])
  return (
    <svg className="cs-qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  )
}
