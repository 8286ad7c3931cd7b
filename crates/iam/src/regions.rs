//! Which platform, and which issuer of tokens, goes with a WML URL.
//!
//! The facts are those of IBM's Python client for watsonx.ai. One table answers everything that is asked about a
//! region: its URLs, who issues its tokens, and what a mistyped one was meant to be. A URL that resembles none of IBM's
//! is not wrong (a gateway, a cluster of one's own, a mock): its platform has to be named.

mod table;

use std::cmp::Reverse;
use std::fmt::Write as _;

use url::Url;
use wml_auth_core::AuthError;

use crate::base_url::BaseUrl;

/// One address at which Watson Machine Learning is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Region {
    /// Its short name, such as `us-south`. The addresses of a region share it.
    pub id: &'static str,
    /// What people call it, such as `Dallas`.
    pub name: &'static str,
    /// Which network the address is on.
    pub network: Network,
    /// The base URL of WML.
    pub wml_url: &'static str,
    /// The base URL of the platform that holds its spaces and projects, where it is known.
    pub platform_url: Option<&'static str>,
    /// Who issues its tokens.
    pub issuer: Issuer,
}

/// The network on which an address can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Network {
    /// The Internet.
    Public,
    /// IBM's own network, from a machine inside it.
    Private,
}

/// Who issues the tokens of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Issuer {
    /// What is spoken there.
    pub protocol: Protocol,
    /// For IAM the base URL, for MCSP the URL of its token requests. As with IBM's client, it is the public one for a
    /// private address of WML, too.
    pub url: &'static str,
    /// The same on the private network, where one is known. It is used on request only.
    pub private_url: Option<&'static str>,
}

/// The two kinds of issuers. A token of the one is of no use to a service of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// IBM Cloud IAM.
    Iam,
    /// IBM's Multi-Cloud SaaS Platform, for AWS and GovCloud.
    Mcsp,
}

/// The platform URL that goes with a WML URL, by the host of the latter.
///
/// ```
/// use wml_auth_iam::regions::platform_for;
///
/// assert_eq!(
///     platform_for("https://us-south.ml.cloud.ibm.com/"),
///     Some("https://api.dataplatform.cloud.ibm.com")
/// );
/// assert_eq!(
///     platform_for("https://private.au-syd.ml.cloud.ibm.com"),
///     Some("https://private.api.au-syd.dai.cloud.ibm.com")
/// );
/// assert_eq!(platform_for("https://wml.example.com"), None);
/// ```
pub fn platform_for(wml_url: &str) -> Option<&'static str> {
    region_of(wml_url)?.platform_url
}

/// The platform URL that goes with a WML URL on this machine: the same. Such a WML is a mock, which plays every part.
///
/// `None` for a URL that is not that of a loopback address.
pub fn platform_on_loopback(wml_url: &str) -> Option<String> {
    let base = BaseUrl::parse("the WML URL", wml_url).ok()?;
    base.is_loopback().then(|| base.as_str().to_owned())
}

/// The region of a WML URL, by its host.
pub fn region_of(wml_url: &str) -> Option<&'static Region> {
    let host = host_of(wml_url)?;
    all().find(|region| region.wml_host() == host)
}

/// The region of a WML URL; `None` for one that is not IBM's (a gateway, a cluster, a mock).
///
/// ```
/// use wml_auth_iam::regions::check;
///
/// assert_eq!(check("https://eu-de.ml.cloud.ibm.com")?.map(|region| region.name), Some("Frankfurt"));
/// assert_eq!(check("https://wml.example.com")?, None);
/// let error = check("https://us-suoth.ml.cloud.ibm.com").unwrap_err();
/// assert!(error.hint().unwrap().starts_with("did you mean https://us-south.ml.cloud.ibm.com?"));
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
///
/// # Errors
///
/// [`AuthError::is_misconfigured`], with the nearest names, for a host in one of IBM's domains that is no region, for
/// one that is nearly a region's, and for a platform's.
pub fn check(wml_url: &str) -> Result<Option<&'static Region>, AuthError> {
    if let Some(region) = region_of(wml_url) {
        return Ok(Some(region));
    }
    let Some(host) = host_of(wml_url) else { return Ok(None) };
    let misconfigured = |fault: &str, hint: String| {
        AuthError::misconfigured(format!("the URL of the service {fault}")).with_host(&host).with_hint(hint)
    };
    let is_platform = |region: &&Region| region.platform_url.and_then(bare) == Some(host.as_str());
    if let Some(region) = all().find(is_platform) {
        return Err(misconfigured(
            "is that of the platform",
            format!("the service is at {}", region.wml_url),
        ));
    }
    let near = nearest(&host, Region::wml_host);
    let urls: Vec<_> = near.iter().map(|(_, region)| region.wml_url).collect();
    let is_of_ibm = is_in_a_domain_of_regions(&host);
    let or_new = if is_of_ibm { "; for a new region give platform_url, too" } else { "" };
    match near.first() {
        Some((distance, region)) if *distance <= ONE_SLIP => Err(misconfigured(
            "is nearly that of a region",
            format!("did you mean {}?{or_new}", region.wml_url),
        )),
        _ if is_of_ibm => Err(misconfigured(
            "is not that of a known region",
            format!("the nearest known are {}{or_new}", urls.join(", ")),
        )),
        _ => Ok(None),
    }
}

/// Whether the host belongs to IBM's regions, known or not.
pub fn is_of_ibm(wml_url: &str) -> bool {
    host_of(wml_url).is_some_and(|host| is_in_a_domain_of_regions(&host))
}

/// The region of this short name, in any case, at its public address.
///
/// ```
/// use wml_auth_iam::regions::named;
///
/// assert_eq!(named("eu-gb")?.wml_url, "https://eu-gb.ml.cloud.ibm.com");
/// assert_eq!(named("eu-bg").unwrap_err().hint(), Some("did you mean eu-gb, eu-de or au-syd?"));
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
///
/// # Errors
///
/// [`AuthError::is_misconfigured`], with the nearest names, when there is none.
pub fn named(id: &str) -> Result<&'static Region, AuthError> {
    if let Some(region) = all().find(|region| region.id.eq_ignore_ascii_case(id)) {
        return Ok(region);
    }
    let near = nearest(&id.to_ascii_lowercase(), |region| region.id);
    let ids: Vec<_> = near.iter().map(|(_, region)| region.id).collect();
    let hint = match ids.as_slice() {
        [others @ .., last] => format!("did you mean {} or {last}?", others.join(", ")),
        [] => String::from("name a region, such as us-south"),
    };
    Err(AuthError::misconfigured("there is no region of this name").with_hint(hint))
}

/// The whole table: one row for each address, a region's public one first.
pub fn all() -> impl Iterator<Item = &'static Region> {
    table::REGIONS.iter()
}

/// The table in Markdown: the reference page is made from it.
///
/// ```
/// assert!(wml_auth_iam::regions::markdown().contains("| `us-south` | Dallas | public |"));
/// ```
pub fn markdown() -> String {
    let mut page = String::from(
        "| region | place | network | service | platform | token service | on the private network |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for Region { id, name, network, wml_url, platform_url, issuer } in all() {
        let network = match network {
            Network::Public => "public",
            Network::Private => "private",
        };
        let protocol = match issuer.protocol {
            Protocol::Iam => "IAM",
            Protocol::Mcsp => "MCSP",
        };
        let or_none = |url: Option<&str>| url.map_or_else(String::new, |url| format!("`{url}`"));
        let _ = writeln!(
            page,
            "| `{id}` | {name} | {network} | `{wml_url}` | {} | {protocol} `{}` | {} |",
            or_none(*platform_url),
            issuer.url,
            or_none(issuer.private_url),
        );
    }
    page
}

impl Region {
    fn wml_host(&self) -> &'static str {
        bare(self.wml_url).unwrap_or(self.wml_url)
    }
}

/// Letters by which a host may differ from a known one to be taken for a slip.
const ONE_SLIP: usize = 3;
/// How many names a hint offers.
const OFFERED: usize = 3;

/// The known rows that come closest, each name once.
fn nearest(written: &str, name: impl Fn(&Region) -> &'static str) -> Vec<(usize, &'static Region)> {
    let mut near: Vec<(usize, &Region)> = Vec::new();
    for region in all() {
        if !near.iter().any(|(_, other)| name(other) == name(region)) {
            near.push((strsim::osa_distance(written, name(region)), region));
        }
    }
    let shared = |name: &str| written.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
    near.sort_by_key(|(distance, region)| (*distance, Reverse(shared(name(region)))));
    near.truncate(OFFERED);
    near
}

fn is_in_a_domain_of_regions(host: &str) -> bool {
    table::DOMAINS.iter().any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')))
}

/// The host of a URL that can be that of a region: `https`, on the usual port.
fn host_of(wml_url: &str) -> Option<String> {
    let url = Url::parse(wml_url).ok().filter(|url| url.scheme() == "https" && url.port().is_none())?;
    url.host_str().map(str::to_owned)
}

fn bare(url: &str) -> Option<&str> {
    url.strip_prefix("https://")
}

#[cfg(test)]
mod tests;
