package io.trivet.mount.fuse;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A mounted file system: threads that take requests from the kernel and answer them. It ends when it
 * is unmounted, by whomever. Requests are answered side by side, so a slow one delays no other as
 * long as a thread is free. Those that {@linkplain FileSystem#isLong may take long} have threads of
 * their own.
 */
public final class FuseSession {
    private static final int MAJOR = 7;
    private static final int MINOR = 40;
    private static final int LEAST_MINOR = 31;
    /** The most bytes of a read or write. */
    public static final int MAX_BYTES = 1 << 20;

    private static final int BUFFER = MAX_BYTES + (16 << 10);
    private static final int READ_AHEAD_KIB = 1024;

    /** Bytes of a reply that is only success or an error. */
    private static final int SHORT = 64;

    /** Long requests that wait for a thread; what is more takes a thread from the others. */
    private static final int LONG_WAITING = 1024;

    private static final long ASYNC_READ = 1;
    private static final long ATOMIC_TRUNCATE = 1L << 3;
    private static final long BIG_WRITES = 1L << 5;
    private static final long READ_DIRECTORY_PLUS = 1L << 13;
    private static final long READ_DIRECTORY_PLUS_AUTO = 1L << 14;
    private static final long ASYNC_DIRECT = 1L << 15;
    private static final long PARALLEL_DIRECTORIES = 1L << 18;
    private static final long HANDLE_KILL_PRIVILEGES = 1L << 19;
    private static final long MAX_PAGES = 1L << 22;
    private static final long EXTENDED_INIT = 1L << 30;
    private static final long WANTED = ASYNC_READ
            | ATOMIC_TRUNCATE
            | BIG_WRITES
            | READ_DIRECTORY_PLUS
            | READ_DIRECTORY_PLUS_AUTO
            | ASYNC_DIRECT
            | PARALLEL_DIRECTORIES
            | HANDLE_KILL_PRIVILEGES
            | MAX_PAGES
            | EXTENDED_INIT;

    private final FileSystem fileSystem;
    private final List<Device> devices;
    private final CountDownLatch running;
    private final ThreadPoolExecutor longOnes;

    private FuseSession(FileSystem fileSystem, List<Device> devices) {
        this.fileSystem = fileSystem;
        this.devices = devices;
        this.running = new CountDownLatch(devices.size());
        this.longOnes = new ThreadPoolExecutor(
                devices.size(),
                devices.size(),
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(LONG_WAITING),
                Thread.ofPlatform().name("trivet-fuse-long").daemon(true).factory(),
                new ThreadPoolExecutor.CallerRunsPolicy());
        longOnes.prestartAllCoreThreads(); // none has to be made when a file is closed
    }

    /**
     * Mounts and serves. On return the file system can be used.
     *
     * @param threads that answer requests; as many more for those that take long
     */
    public static FuseSession start(
            Path directory, String source, boolean readOnly, boolean allowOther, int threads, FileSystem fileSystem)
            throws IOException {
        Device device = MountPoint.mount(directory, source, readOnly, allowOther);
        boolean greeted = false;
        try {
            greet(device);
            greeted = true;
        } finally {
            if (!greeted) {
                device.close();
                MountPoint.unmount(directory, true);
            }
        }
        MountPoint.at(directory).ifPresent(mounted -> MountPoint.readAhead(mounted, READ_AHEAD_KIB));
        List<Device> devices = new ArrayList<>(List.of(device));
        while (devices.size() < threads) {
            devices.add(duplicateOrSame(device));
        }
        return serving(fileSystem, devices);
    }

    /** A session with a thread for each of these, which are closed at its end. */
    static FuseSession serving(FileSystem fileSystem, List<Device> devices) {
        FuseSession session = new FuseSession(fileSystem, devices);
        for (Device each : devices) {
            Thread.ofPlatform().name("trivet-fuse").daemon(true).start(() -> session.serve(each));
        }
        return session;
    }

    /** As an ordinary user where only root may open the device, all threads share one descriptor. */
    private static Device duplicateOrSame(Device device) {
        try {
            return device.duplicate();
        } catch (IOException _) {
            return device;
        }
    }

    /** Returns when the file system was unmounted and every request is answered. */
    public void awaitEnd() throws InterruptedException {
        running.await();
        longOnes.shutdown();
        longOnes.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS); // no interrupts: they use files
        devices.stream().distinct().forEach(Device::close);
    }

    /** Answers the first request. */
    private static void greet(Device device) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = SystemCalls.capture(arena);
            MemorySegment in = arena.allocate(BUFFER, 8);
            MemorySegment out = arena.allocate(1 << 10, 8);
            int length = device.read(in, capture);
            if (length < RequestHeader.BYTES) {
                throw new IOException("the kernel does not answer: error " + -length);
            }
            ByteBuffer bytes = in.asByteBuffer().limit(length);
            RequestHeader header = RequestCodec.header(bytes);
            Reply reply = new Reply(out.asByteBuffer());
            if (!(RequestCodec.request(header, bytes) instanceof Request.Init init)
                    || init.major() < MAJOR
                    || (init.major() == MAJOR && init.minor() < LEAST_MINOR)) {
                throw new IOException("this kernel is too old: Linux 5.4 or later is needed");
            }
            agree(init, reply);
            device.write(out, reply.finish(header.unique()).limit(), capture);
        }
    }

    /** What both sides know: {@code reply} gets the rest of the protocol's features turned off. */
    static void agree(Request.Init init, Reply reply) {
        reply.init(Math.min(MINOR, init.minor()), init.maxReadahead(), WANTED & init.flags(), 64, MAX_BYTES);
    }

    private void serve(Device device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = SystemCalls.capture(arena);
            MemorySegment in = arena.allocate(BUFFER, 4096);
            MemorySegment out = arena.allocate(BUFFER, 4096);
            MemorySegment first = arena.allocate(64, 8);
            ByteBuffer request = in.asByteBuffer();
            Reply reply = new Reply(out.asByteBuffer());
            while (true) {
                int length = device.read(in, capture);
                if (length > 0) {
                    serve(device, request.clear().limit(length), reply, out, first, capture);
                } else if (-length != Errno.EINTR.number()
                        && -length != Errno.EAGAIN.number()
                        && -length != Errno.ENOENT.number()) {
                    return; // unmounted
                }
            }
        } finally {
            running.countDown();
        }
    }

    private void serve(
            Device device,
            ByteBuffer bytes,
            Reply reply,
            MemorySegment out,
            MemorySegment first,
            MemorySegment capture) {
        RequestHeader header = RequestCodec.header(bytes);
        ByteBuffer answer;
        try {
            Request request = RequestCodec.request(header, bytes);
            if (fileSystem.isLong(request)) {
                longOnes.execute(() -> serveLong(device, header, request));
                return;
            }
            answer = answer(header, request, reply);
        } catch (RuntimeException _) { // a time that no Instant has, for example
            answer = reply.fail(header.unique(), Errno.EINVAL);
        }
        if (answer != null && reply.hasNotice()) {
            device.write(first, reply.notice(first.asByteBuffer()).limit(), capture);
        }
        if (answer != null) {
            device.write(out, answer.limit(), capture); // refused if the caller is gone
        }
    }

    /** On another thread than the one that reads from the device. */
    private void serveLong(Device device, RequestHeader header, Request request) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(SHORT, 8);
            ByteBuffer answer = answer(header, request, new Reply(out.asByteBuffer()));
            if (answer != null) {
                device.write(out, answer.limit(), SystemCalls.capture(arena));
            }
        }
    }

    private @Nullable ByteBuffer answer(RequestHeader header, Request request, Reply reply) {
        boolean wanted = !(request instanceof Request.Forget || request instanceof Request.Interrupt);
        reply.clear();
        try {
            fileSystem.answer(header, request, reply);
        } catch (FuseException e) {
            return wanted ? reply.fail(header.unique(), e.errno()) : null;
        } catch (IOException | RuntimeException | Error e) { // without a reply its caller would wait for ever
            Errno errno = fileSystem.errno(request, e);
            return wanted ? reply.fail(header.unique(), errno) : null;
        }
        return wanted ? reply.finish(header.unique()) : null;
    }
}
