/** An error as Google's JSON APIs answer it (cloud.google.com/apis/design/errors). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    /** Of google.rpc.Code, such as `PERMISSION_DENIED`. */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }

  toJSON(): object {
    return { error: { code: this.status, message: this.message, status: this.reason } };
  }
}
