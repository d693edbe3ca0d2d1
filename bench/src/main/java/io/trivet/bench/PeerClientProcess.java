package io.trivet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A client in a process of its own, for a peer that needs another Java. It reads a request per
 * line, answers {@code done NUMBER} or {@code failed WHY}, and ends when its input ends. One
 * thread.
 */
final class PeerClientProcess implements AutoCloseable {
    private static final String DONE = "done ";

    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;

    private PeerClientProcess(Process process) {
        this.process = process;
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    static PeerClientProcess start(Workplace place, Path log, List<String> command) throws IOException {
        Process process =
                new ProcessBuilder(command).redirectError(log.toFile()).start();
        place.atEnd(process::destroyForcibly);
        return new PeerClientProcess(process);
    }

    long id() {
        return process.pid();
    }

    /**
     * The answer's number; throws {@link IOException} with the reason if it failed, or the process
     * has ended.
     */
    int ask(String request) throws IOException {
        requests.write(request + "\n");
        requests.flush();
        String answer = answers.readLine();
        if (answer == null || !answer.startsWith(DONE)) {
            throw new IOException(request.replace('\t', ' ') + ": " + answer);
        }
        return Integer.parseInt(answer.substring(DONE.length()));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
