/** The tables, as the newest migration leaves them. Times are milliseconds since 1970. */
export interface TelemetryTables {
  telemetry: {
    device_id: string
    step_ms: number
    at: number
    /** JSON. */
    span: string
  }
  black_boxes: {
    device_id: string
    base: number
    /** JSON. */
    addresses: string
    /** Base64, like `samples`: parameters reach the database's thread as JSON. */
    events: string
    samples: string
  }
}
