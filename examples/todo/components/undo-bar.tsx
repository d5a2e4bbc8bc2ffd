interface UndoBarProps {
  /** Title of the task that was deleted last; without one there is no bar. */
  readonly title: string | undefined
  readonly onUndo: () => void
  readonly onClose: () => void
}

/** Takes a deletion back. It stays until it is used, closed, or replaced by the next one. */
export function UndoBar({ title, onUndo, onClose }: UndoBarProps) {
  return (
    <div className="undo-bar" role="status">
      {title !== undefined && (
        <div className="undo-box">
          <span className="undo-text">Deleted “{title}”</span>
          <button type="button" className="link-button" onClick={onUndo}>
            Undo
          </button>
          <button type="button" className="link-button" onClick={onClose} aria-label="Close">
            <span aria-hidden="true">×</span>
          </button>
        </div>
      )}
    </div>
  )
}
