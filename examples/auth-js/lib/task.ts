/** A task as the API answers it. */
export interface Task {
  readonly id: string
  readonly title: string
  readonly done: boolean
}
