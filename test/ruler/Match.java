import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import software.amazon.event.ruler.Ruler;

/**
 * Reads lines of {"pattern": {...}, "event": {...}} and answers each with true
 * or false, as EventBridge's own matcher decides.
 */
class Match {
    public static void main(String[] args) throws Exception {
        var json = new ObjectMapper();
        var lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line; (line = lines.readLine()) != null; ) {
            JsonNode question = json.readTree(line);
            System.out.println(Ruler.matchesRule(question.get("event").toString(), question.get("pattern").toString()));
        }
    }
}
