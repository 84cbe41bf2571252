package ordinary

import (
	"fmt"
	"strings"
)

// The organization: five accounts of a small company.
const (
	management = "111122223333"
	production = "123456789012"
	staging    = "210987654321"
	sandbox    = "345678901234"
	security   = "456789012345" // logs and backups of all
)

const (
	frankfurt = "eu-central-1"
	virginia  = "us-east-1" // where IAM and other global services are recorded
	office    = "198.51.100.10"
)

// An actor is who calls, as a record shows it.
type actor struct {
	identity func(account string, n int) string // userIdentity
	address  string
	agent    string
	console  bool
}

// session is a role's session: of a service, a pipeline or a program.
func session(role, name, address, agent string) actor {
	return sessionOf(role, name, "", `"attributes":{"creationDate":"2026-03-02T05:00:00Z","mfaAuthenticated":"false"}`, address, agent)
}

func sessionOf(path, name, invokedBy, attributes, address, agent string) actor {
	role := path[strings.LastIndex(path, "/")+1:]
	id := "AROA" + strings.ToUpper(fmt.Sprintf("%-17.17s", strings.NewReplacer("-", "", "_", "").Replace(role)+"TRAILBELLEXAMPLE"))
	by := ""
	if invokedBy != "" {
		by = fmt.Sprintf(`,"invokedBy":%q`, invokedBy)
	}
	return actor{
		identity: func(account string, n int) string {
			return fmt.Sprintf(`{"type":"AssumedRole","principalId":"%[1]s:%[2]s","arn":"arn:aws:sts::%[3]s:assumed-role/%[4]s/%[2]s","accountId":"%[3]s","accessKeyId":"ASIA%08[8]dEXAMPLE",`+
				`"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"%[1]s","arn":"arn:aws:iam::%[3]s:role/%[5]s","accountId":"%[3]s","userName":"%[4]s"},"webIdFederationData":{},%[6]s}%[7]s}`,
				id, name, account, role, path, attributes, by, n/50)
		},
		address: address, agent: agent,
	}
}

// linked is a service that works in its linked role.
func linked(service, role string) actor {
	host := service + ".amazonaws.com"
	return sessionOf("aws-service-role/"+host+"/"+role, service, host, `"attributes":{"creationDate":"2026-03-02T05:00:00Z","mfaAuthenticated":"false"}`, host, host)
}

// service is AWS itself, in nobody's role.
func service(host string) actor {
	return actor{identity: func(string, int) string { return fmt.Sprintf(`{"type":"AWSService","invokedBy":%q}`, host) }, address: host, agent: host}
}

// through is what CloudFormation does in the role that it was given.
func through(role string) actor {
	host := "cloudformation.amazonaws.com"
	return sessionOf(role, "AWSCloudFormation", host, `"attributes":{"creationDate":"2026-03-02T05:00:00Z","mfaAuthenticated":"false"}`, host, host)
}

// instance is a program on a machine.
func instance(role, id string) actor {
	return sessionOf(role, id, "", `"attributes":{"creationDate":"2026-03-02T05:00:00Z","mfaAuthenticated":"false"},"ec2RoleDelivery":"2.0"`, "203.0.113.80", "aws-sdk-java/2.29.6 md/io#async md/http#NettyNio ua/2.1 os/Linux#6.1.0 lang/java#21.0.5 md/vendor#Amazon.com_Inc.")
}

// person is somebody in the console, through Identity Center.
func person(set, name, address string) actor {
	a := session("aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_"+set+"_0123456789abcdef", name+"@example.com", address,
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36")
	a.console = true
	return a
}

// shell is the same person with the command line.
func shell(set, name, address string) actor {
	return session("aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_"+set+"_0123456789abcdef", name+"@example.com", address,
		"aws-cli/2.22.7 md/awscrt#0.23.4 ua/2.1 os/macos#24.1.0 md/arch#arm64 lang/python#3.12.6 cfg/retry-mode#standard md/prompt#off md/command#sample")
}

// user is an IAM user with access keys, which some old program has.
func user(name, address string) actor {
	return actor{
		identity: func(account string, _ int) string {
			return fmt.Sprintf(`{"type":"IAMUser","principalId":"AIDATRAILBELLEXAMPLE","arn":"arn:aws:iam::%[1]s:user/%[2]s","accountId":"%[1]s","accessKeyId":"AKIATRAILBELLEXAMPLE","userName":"%[2]s"}`, account, name)
		},
		address: address, agent: "Boto3/1.35.71 md/Botocore#1.35.71 ua/2.0 os/linux#5.15.0 md/arch#x86_64 lang/python#3.11.9 cfg/retry-mode#legacy Botocore/1.35.71",
	}
}

// nobody is who has not signed in yet: only the pages of Identity Center know the name.
func nobody(name, address string) actor {
	return actor{
		identity: func(account string, _ int) string {
			return fmt.Sprintf(`{"type":"Unknown","principalId":%q,"arn":"","accountId":%q,"accessKeyId":"","userName":%q}`, account, account, name+"@example.com")
		},
		address: address, agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36",
	}
}

// web is a pipeline that GitHub vouches for, at the moment when it asks for a role.
func web(repository string) actor {
	return actor{
		identity: func(account string, _ int) string {
			return fmt.Sprintf(`{"type":"WebIdentityUser","principalId":"arn:aws:iam::%[1]s:oidc-provider/token.actions.githubusercontent.com:sts.amazonaws.com:repo:%[2]s:ref:refs/heads/main","userName":"repo:%[2]s:ref:refs/heads/main","identityProvider":"arn:aws:iam::%[1]s:oidc-provider/token.actions.githubusercontent.com"}`, account, repository)
		},
		address: "192.0.2.44", agent: "aws-sdk-nodejs/2.1692.0 linux/v20.18.0 configure-aws-credentials-for-github-actions promise",
	}
}
