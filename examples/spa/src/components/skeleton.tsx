/** Stands where something is being loaded. */
export function Skeleton({ label }: { label: string }) {
  return (
    <div className="sheet empty">
      <div className="skeleton-lines skeleton-wide" role="status">
        <span className="visually-hidden">{label}</span>
      </div>
    </div>
  )
}
