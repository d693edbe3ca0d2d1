package io.trivet.faults.fuzz;

/** The entry point for Jazzer; the property {@code trivet.door} names the target. */
public final class Target {
    private static final Door DOOR = FuzzTargets.named(System.getProperty("trivet.door", ""));

    private Target() {}

    /** So that the first input does not have to wait for all classes. */
    public static void fuzzerInitialize() throws Exception {
        for (byte[] seed : DOOR.seeds()) {
            DOOR.reader().read(seed);
        }
    }

    public static void fuzzerTestOneInput(byte[] bytes) throws Exception {
        DOOR.reader().read(bytes);
    }
}
