package io.trivet.gateway;

/**
 * What a gateway may take, all requests together.
 *
 * @param uploadMemory bytes of the heap for uploads, and for documents that clients send
 * @param openFiles objects that are read at once; each takes about 1 MiB beside the heap
 * @param connections open at once; each takes up to 128 KiB of the heap
 * @param requests under way at once, with a few tasks of the server itself
 */
public record GatewayLimits(long uploadMemory, int openFiles, int connections, int requests) {
    public GatewayLimits {
        if (uploadMemory < 1 || openFiles < 1 || connections < 1 || requests < 1) {
            throw new IllegalArgumentException("limits of a gateway are 1 or more");
        }
    }

    /** For a process that does nothing else: half of the heap for uploads. */
    public static GatewayLimits ofProcess() {
        return new GatewayLimits(Runtime.getRuntime().maxMemory() / 2, S3Gateway.OPEN_FILES, 1024, 512);
    }
}
