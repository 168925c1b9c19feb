/** Say in an effect that it runs again when these change, though it needs not their values. */
export function dependsOn(..._values: readonly unknown[]): void {
  // That they were read is all.
}
