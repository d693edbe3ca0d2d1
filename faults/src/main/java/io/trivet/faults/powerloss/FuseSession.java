package io.trivet.faults.powerloss;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One mount, from beginning to end: takes the kernel's requests from {@code /dev/fuse} and answers
 * them, in a few threads.
 */
final class FuseSession {
    static final String TYPE = "fuse";

    /** Several, so that a request that waits for its fsync does not block the others. */
    private static final int THREADS = 3;

    private static final int BUFFER_BYTES = FuseRequests.MAX_WRITE_BYTES + 8192;
    private static final int HEADER_BYTES = 40;
    private static final int ANSWER_HEADER_BYTES = 16;

    private final String target;
    private final int device;
    private final FuseRequests requests;

    private FuseSession(String target, int device, FuseRequests requests) {
        this.target = target;
        this.device = device;
        this.requests = requests;
    }

    /** {@code source} is shown in the list of mounts. */
    static FuseSession mount(String source, String target, FuseRequests requests) throws IOException {
        int device = Libc.openDevice("/dev/fuse");
        try {
            String options = "fd=" + device + ",rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions";
            Libc.mount(source, target, TYPE, options);
        } catch (IOException e) {
            Libc.close(device);
            throw e;
        }
        FuseSession session = new FuseSession(target, device, requests);
        for (int number = 0; number < THREADS; number++) {
            Thread.ofPlatform().daemon().name("fuse-" + target + "-" + number).start(session::serve);
        }
        return session;
    }

    /** Later requests change nothing; processes with open files get errors. */
    void unmount() throws IOException {
        requests.end();
        Libc.unmount(target);
    }

    private void serve() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.state(arena);
            MemorySegment in = arena.allocate(BUFFER_BYTES, 8);
            MemorySegment out = arena.allocate(BUFFER_BYTES, 8);
            for (long read = 0; read != -Errno.NO_DEVICE; ) {
                read = Libc.read(state, device, in);
                if (read >= HEADER_BYTES) {
                    answer(state, in.asSlice(0, read), out);
                } else if (isForGood(read)) {
                    return;
                }
            }
        }
    }

    private static boolean isForGood(long read) {
        return read != -Errno.NOT_FOUND && read != -Errno.INTERRUPTED && read != -Errno.TRY_AGAIN;
    }

    private void answer(MemorySegment state, MemorySegment in, MemorySegment out) {
        int opcode = in.get(ValueLayout.JAVA_INT, 4);
        long unique = in.get(ValueLayout.JAVA_LONG, 8);
        long inode = in.get(ValueLayout.JAVA_LONG, 16);
        int error = 0;
        long length = 0;
        MemorySegment body = out.asSlice(ANSWER_HEADER_BYTES);
        try {
            length = requests.answer(opcode, inode, in.asSlice(HEADER_BYTES), body);
        } catch (Errno e) {
            error = -e.number();
        } catch (RuntimeException e) {
            e.printStackTrace();
            error = -Errno.IO;
        }
        if (Opcode.isUnanswered(opcode)) {
            return;
        }
        out.set(ValueLayout.JAVA_INT, 0, (int) (ANSWER_HEADER_BYTES + length));
        out.set(ValueLayout.JAVA_INT, 4, error);
        out.set(ValueLayout.JAVA_LONG, 8, unique);
        // A failure means that nothing waits any more: the request was interrupted, or the mount
        // has ended.
        Libc.write(state, device, out.asSlice(0, ANSWER_HEADER_BYTES + length));
    }
}
