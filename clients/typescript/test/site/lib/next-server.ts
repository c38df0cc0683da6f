/** As much of `next/server` as the handlers use. */
export class NextRequest extends Request {}
export class NextResponse extends Response {}
