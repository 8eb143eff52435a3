import { cvesOf, FIRST_QID, utc } from './qualys-hosts';

interface Modified {
  at: number;
  visibleAt: number;
  title: string;
}

/** What the KnowledgeBase says of vulnerabilities. */
export class Knowledge {
  private readonly modified = new Map<number, Modified>();

  constructor(
    private readonly qids: number,
    /** Milliseconds since 1970. */
    private readonly now: () => number,
  ) {}

  /** A vulnerability has another title now; answers know it from `visibleAt` on. */
  modify(qid: number, title: string, visibleAt = this.now()): void {
    this.modified.set(qid, { at: this.now(), visibleAt, title });
  }

  /** `VULN` of a vulnerability; empty if it is unknown. */
  xml(qid: number): string {
    if (qid < FIRST_QID || qid >= FIRST_QID + this.qids || qid % 10 === 9) return '';
    const change = this.changeOf(qid);
    const cves = cvesOf(qid).map(
      (cve) =>
        `<CVE><ID><![CDATA[${cve}]]></ID><URL><![CDATA[http://cve.mitre.org/cgi-bin/cvename.cgi?name=${cve}]]></URL></CVE>`,
    );
    return (
      `<VULN><QID>${qid}</QID><VULN_TYPE>Vulnerability</VULN_TYPE><SEVERITY_LEVEL>${1 + (qid % 5)}</SEVERITY_LEVEL>` +
      `<TITLE><![CDATA[${change?.title ?? `Vulnerability <${qid}> & more`}]]></TITLE><CATEGORY>General remote services</CATEGORY>` +
      `<LAST_SERVICE_MODIFICATION_DATETIME>${change ? utc(change.at) : '2025-06-01T00:00:00Z'}</LAST_SERVICE_MODIFICATION_DATETIME>` +
      '<PUBLISHED_DATETIME>2025-05-01T00:00:00Z</PUBLISHED_DATETIME><PATCHABLE>1</PATCHABLE>' +
      `${cves.length > 0 ? `<CVE_LIST>${cves.join('')}</CVE_LIST>` : ''}` +
      '<DIAGNOSIS><![CDATA[<P>Long & rich text.]]></DIAGNOSIS>' +
      '<CVSS><BASE source="service">7.5</BASE><TEMPORAL>5.5</TEMPORAL><VECTOR_STRING>CVSS:2.0/AV:N/AC:L/Au:N/C:P/I:P/A:P</VECTOR_STRING></CVSS>' +
      '<CVSS_V3><BASE>9.8</BASE><TEMPORAL>8.5</TEMPORAL><VECTOR_STRING>CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H</VECTOR_STRING></CVSS_V3>' +
      '</VULN>\n'
    );
  }

  /** QIDs that were modified after one moment and before another, in whole seconds, as far as answers know it. */
  modifiedWithin(after: number, before: number): number[] {
    const isWithin = (at: number) => Math.floor(at / 1000) * 1000 > after && Math.floor(at / 1000) * 1000 < before;
    return [...this.modified.keys()].filter((qid) => isWithin(this.changeOf(qid)?.at ?? 0)).sort((a, b) => a - b);
  }

  private changeOf(qid: number): Modified | undefined {
    const change = this.modified.get(qid);
    return change && change.visibleAt <= this.now() ? change : undefined;
  }
}
