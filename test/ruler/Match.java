import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import software.amazon.event.ruler.Machine;

/**
 * Reads lines of JSON. An array holds the patterns that are asked about from now
 * on; an object is an event, and is answered with the places in that array of
 * the patterns that match it, as EventBridge's own matcher decides.
 */
class Match {
    public static void main(String[] args) throws Exception {
        var json = new ObjectMapper();
        var lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        var machine = Machine.builder().build();
        for (String line; (line = lines.readLine()) != null; ) {
            JsonNode read = json.readTree(line);
            if (read.isArray()) {
                machine = Machine.builder().build();
                for (int i = 0; i < read.size(); i++) {
                    machine.addRule(String.valueOf(i), read.get(i).toString());
                }
            } else {
                System.out.println(String.join(" ", machine.rulesForJSONEvent(line)));
            }
        }
    }
}
