package io.trivet.gateway;

import io.trivet.model.RemotePath;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was answered to the uploads that were completed lately: a client that lost the answer asks
 * again, and gets the same, though the upload is no more. Any thread.
 */
final class CompletedUploads {
    private static final int MOST = 1000;

    /** Shorter than a client waits. */
    private static final Duration OTHERS_LIMIT = Duration.ofSeconds(30);

    private record Answer(RemotePath path, byte[] document) {}

    private final Map<String, Answer> answers = new LinkedHashMap<>();

    /** Requests that complete an upload now, by its id. */
    private final Map<String, Integer> underWay = new HashMap<>();

    /** A request begins to complete an upload. */
    synchronized void begin(String id) {
        underWay.merge(id, 1, Integer::sum);
    }

    /** It has its answer, or failed. */
    synchronized void end(String id) {
        underWay.computeIfPresent(id, (_, count) -> count == 1 ? null : count - 1);
        notifyAll();
    }

    /** The answer to another request that completes the upload now, or did. */
    synchronized Optional<byte[]> awaitAnswer(String id, RemotePath path) {
        long end = System.nanoTime() + OTHERS_LIMIT.toNanos();
        try {
            for (long left = OTHERS_LIMIT.toMillis();
                    left > 0 && !answers.containsKey(id) && underWay.containsKey(id);
                    left = (end - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return answer(id, path);
    }

    synchronized void keep(String id, RemotePath path, byte[] document) {
        answers.put(id, new Answer(path, document));
        if (answers.size() > MOST) {
            answers.remove(answers.keySet().iterator().next());
        }
    }

    synchronized Optional<byte[]> answer(String id, RemotePath path) {
        return Optional.ofNullable(answers.get(id))
                .filter(answer -> answer.path.equals(path))
                .map(Answer::document);
    }
}
