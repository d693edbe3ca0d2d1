package io.trivet.gateway;

import io.trivet.model.RemotePath;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was answered to the uploads that were completed lately: a client that lost the answer asks
 * again, and gets the same, though the upload is no more. Any thread.
 */
final class CompletedUploads {
    private static final int MOST = 1000;

    private record Answer(RemotePath path, byte[] document) {}

    private final Map<String, Answer> answers = new LinkedHashMap<>();

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
