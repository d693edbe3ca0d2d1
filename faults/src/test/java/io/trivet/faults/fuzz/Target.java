package io.trivet.faults.fuzz;

/** How Jazzer enters a door: that of the property {@code trivet.door}. */
public final class Target {
    private static final Door DOOR = Doors.named(System.getProperty("trivet.door", ""));

    private Target() {}

    public static void fuzzerTestOneInput(byte[] bytes) throws Exception {
        DOOR.reader().read(bytes);
    }
}
